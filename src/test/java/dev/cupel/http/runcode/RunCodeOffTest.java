package dev.cupel.http.runcode;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.cupel.TestTags;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** As long as nobody wants them, these calls are paths like any others that are not there. */
@Tag(TestTags.SLOW)
@QuarkusTest
class RunCodeOffTest {
    @Test
    void theCallsAreNotThere() {
        String unknown = given().contentType("application/json")
                .body("{}")
                .post("/no_such_call")
                .then()
                .statusCode(404)
                .extract()
                .asString();
        given().contentType("application/json")
                .body("{\"language\": \"python\", \"code\": \"print(1)\"}")
                .post("/run_code")
                .then()
                .statusCode(404)
                .body(equalTo(unknown));
        get("/v1/ping").then().statusCode(404).body(equalTo(unknown));
        get("/api/v2/runtimes").then().statusCode(404).body(equalTo(unknown));
    }

    @Test
    void nothingNamesThem() {
        get("/").then().statusCode(200).body(not(containsString("run_code"))).body(not(containsString("ping")));
        get("/").then().body(not(containsString("api/v2")));
        get("/q/openapi").then().statusCode(200).body(not(containsString("run_code")));
    }
}
