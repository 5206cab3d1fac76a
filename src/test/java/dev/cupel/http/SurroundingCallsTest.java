package dev.cupel.http;

import static dev.cupel.http.Asking.parse;
import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Templates, the page at {@code /}, health, OpenAPI and metrics. */
@QuarkusTest
class SurroundingCallsTest {
    @Test
    void allTemplatesAreListedWithWhatCanBeAsked() {
        get("/templates")
                .then()
                .statusCode(200)
                .body("templates.name", hasItems("python", "seed"))
                .body("templates.find { it.name == 'python' }.timeout.default", equalTo(30));
    }

    @Test
    void oneTemplateIsTheSameAsInTheList() {
        JsonNode one = parse(get("/templates/seed").asString());
        JsonNode list = parse(get("/templates").asString()).path("templates");
        assertEquals(list.get(1), one);
    }

    @Test
    void aTemplateThatIsNotThereIsNotFound() {
        for (String name : new String[] {"none", "NO NAME", "a..b", "x".repeat(300)}) {
            given().get("/templates/{name}", name).then().statusCode(404).contentType("application/problem+json");
        }
    }

    @Test
    void thePageListsEveryCallThatOpenApiHas() {
        Set<String> described = new TreeSet<>();
        JsonNode openApi =
                parse(given().accept("application/json").get("/q/openapi").asString());
        openApi.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(
                                method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        Set<String> listed = new TreeSet<>();
        parse(get("/").asString()).path("calls").fieldNames().forEachRemaining(listed::add);
        listed.removeIf(call -> call.startsWith("GET /q/"));
        listed.add("GET /");
        assertEquals(listed, described);
    }

    @Test
    void everyCallOfOpenApiHasASummaryAndATag() {
        JsonNode openApi =
                parse(given().accept("application/json").get("/q/openapi").asString());
        assertEquals("Cupel", openApi.at("/info/title").asText());
        openApi.path("paths")
                .forEach(path -> path.forEach(call -> {
                    assertEquals(1, call.path("tags").size(), call.toString());
                    assertEquals(false, call.path("summary").asText().isEmpty(), call.toString());
                }));
    }

    @Test
    void aBrowserGetsAPage() {
        given().accept("text/html,application/xhtml+xml,*/*;q=0.8")
                .get("/")
                .then()
                .statusCode(200)
                .contentType("text/html;charset=UTF-8")
                .body(containsString("<a href=\"/templates\">"))
                .body(not(containsString("null")));
    }

    @Test
    void itIsAliveAndReady() {
        get("/q/health/live").then().statusCode(200).body("status", equalTo("UP"));
        get("/q/health/ready").then().statusCode(200).body("status", equalTo("UP"));
    }

    @Test
    void thereAreMetrics() {
        get("/templates").then().statusCode(200);
        get("/q/metrics").then().statusCode(200).body(containsString("http_server_requests_seconds"));
    }
}
