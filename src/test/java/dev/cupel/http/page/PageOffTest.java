package dev.cupel.http.page;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.cupel.TestTags;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where nobody wants the page, a browser gets the list of calls, and the files are not there. */
@Tag(TestTags.SLOW)
@QuarkusTest
@TestProfile(PageOff.class)
class PageOffTest {
    @Test
    void aBrowserGetsTheListOfCalls() {
        given().accept("text/html,application/xhtml+xml,*/*;q=0.8")
                .get("/")
                .then()
                .statusCode(200)
                .contentType("text/html;charset=UTF-8")
                .body(containsString("<a href=\"/templates\">"))
                .body(not(containsString("null")))
                .body(not(containsString("/page")));
    }

    @Test
    void theFilesAreNotThere() {
        String unknown = get("/no_such_call").then().statusCode(404).extract().asString();
        for (String file : new String[] {"index.html", "page.js", "page.css"}) {
            get("/page/" + file)
                    .then()
                    .statusCode(404)
                    .header("Content-Security-Policy", nullValue())
                    .body(equalTo(unknown));
        }
        get("/").then().body(not(containsString("/page")));
    }
}
