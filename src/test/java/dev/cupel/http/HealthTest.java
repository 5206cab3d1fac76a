package dev.cupel.http;

import static io.restassured.RestAssured.get;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.cupel.TestTags;
import dev.cupel.http.door.Role;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A function whose API server is away: it says so, and stays ready to say so to whoever asks. */
@Tag(TestTags.SLOW)
@QuarkusTest
@TestProfile(HealthTest.Away.class)
class HealthTest {
    /** Public, because Quarkus makes an instance of it. */
    public static final class Away implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "cupel.role", Role.SUBMIT.name().toLowerCase(Locale.ROOT),
                    "cupel.local", "false",
                    // Discard: nothing listens there.
                    "quarkus.kubernetes-client.api-server-url", "http://127.0.0.1:9");
        }
    }

    @Test
    void saysWhatIsAway() {
        for (String path : new String[] {"/q/health/well", "/q/health"}) {
            get(path)
                    .then()
                    .statusCode(503)
                    .body("status", equalTo("DOWN"))
                    .body("checks.find { it.name == 'the API server answers' }.status", equalTo("DOWN"))
                    .body("checks.find { it.name == 'the API server answers' }.data.fault", not(equalTo("none")))
                    .body("checks.find { it.name == 'the templates are right' }.status", equalTo("UP"));
        }
    }

    @Test
    void isReadyAllTheSame() {
        get("/q/health/ready").then().statusCode(200).body(not(containsString("API server")));
        get("/q/health/live").then().statusCode(200).body(not(containsString("API server")));
    }
}
