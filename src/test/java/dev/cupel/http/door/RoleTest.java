package dev.cupel.http.door;

import static dev.cupel.http.Asking.event;
import static dev.cupel.http.Asking.request;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.cupel.cloudevents.EventType;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An instance with one function answers that function's types at {@code POST /}, and its health. It has nothing else.
 */
public abstract class RoleTest {
    private final Role role;

    public RoleTest(Role role) {
        this.role = role;
    }

    public abstract static class Profile implements QuarkusTestProfile {
        private final Role role;

        public Profile(Role role) {
            this.role = role;
        }

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("cupel.role", role.name().toLowerCase(Locale.ROOT));
        }
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void answersItsOwnTypesOnly(EventType type) {
        var answer = event(type.wireName(), "1", "{}").post("/").then();
        if (role.takes().contains(type)) {
            answer.statusCode(org.hamcrest.Matchers.oneOf(200, 204));
            return;
        }
        answer.statusCode(422).body("reason", equalTo("UnknownType")).body("message", not(containsString("null")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/render", "/submit", "/collect", "/execute", "/broker", "/on-requested", "/renderX"})
    void hasNoHttpCalls(String path) {
        given().contentType("application/json")
                .body(request("x", "1").toString())
                .post(path)
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("reason", equalTo("NotFound"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/jobs/eval-x",
                "/jobs/eval-x/stdout",
                "/templates",
                "/templates/python",
                "/broker/events",
                "/docs/rejections.md"
            })
    void showsNothing(String path) {
        given().get(path).then().statusCode(404).contentType("application/problem+json");
    }

    @Test
    void hasNoPage() {
        given().get("/").then().statusCode(405).body("reason", equalTo("MethodNotAllowed"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/health/live", "/q/health/ready", "/q/metrics"})
    void tellsOfItself(String path) {
        given().get(path).then().statusCode(200);
    }
}
