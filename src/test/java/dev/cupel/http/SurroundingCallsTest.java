package dev.cupel.http;

import static dev.cupel.http.Asking.parse;
import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.Await;
import dev.cupel.Pom;
import dev.cupel.TestTags;
import dev.cupel.cloudevents.EventType;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.request.JobRequest;
import dev.cupel.request.RequestField;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates, the pages, health, OpenAPI and metrics. */
@Tag(TestTags.SLOW)
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
        JsonNode listed = list.valueStream()
                .filter(template -> template.path("name").asText().equals("seed"))
                .findFirst()
                .orElseThrow();
        assertEquals(listed, one);
    }

    @Test
    void aTemplateThatIsNotThereIsNotFound() {
        for (String name : new String[] {"none", "NO NAME", "a..b", "x".repeat(300)}) {
            given().get("/templates/{name}", name).then().statusCode(404).contentType("application/problem+json");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rejections.md", "outcomes.md", "contract.md"})
    void aPageOfTheDocumentationIsShownAsItIs(String page) throws IOException {
        get("/docs/" + page)
                .then()
                .statusCode(200)
                .contentType("text/plain;charset=UTF-8")
                .body(equalTo(Files.readString(Path.of("docs", page))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none.md", "../application.properties", "a/b.md", "rejections", "seed-note.md"})
    void anotherPageIsNotFound(String page) {
        given().get("/docs/{page}", page).then().statusCode(404).contentType("application/problem+json");
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void theSchemaOfAnEventIsWhereItsNameSays(EventType type) throws IOException {
        if (type.schema().isEmpty()) {
            get("/schema/" + type.wireName() + ".json").then().statusCode(404);
            return;
        }
        String path = URI.create(type.schema().get()).getPath();
        get(path)
                .then()
                .statusCode(200)
                .contentType("application/schema+json")
                .body(equalTo(Files.readString(Path.of("docs" + path))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"parameters.schema.json", "template.schema.json"})
    void theSchemasForEditorsAreThere(String name) throws IOException {
        get("/schema/" + name)
                .then()
                .statusCode(200)
                .contentType("application/schema+json")
                .body(equalTo(Files.readString(Path.of("docs/schema", name))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none.json", "../docs/outcomes.md", "README.md", "dev.cupel.job.finished.v1", ""})
    void anotherSchemaIsNotFound(String name) {
        given().get("/schema/{name}", name).then().statusCode(404).contentType("application/problem+json");
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
        listed.removeIf(call -> call.startsWith("GET /page/"));
        described.removeAll(Set.of("GET /q/health/live", "GET /q/health/ready", "GET /q/health/well"));
        listed.add("GET /");
        assertEquals(listed, described);
    }

    @Test
    void everyCallOfOpenApiHasASummaryAndATag() {
        JsonNode openApi =
                parse(given().accept("application/json").get("/q/openapi").asString());
        assertEquals("Cupel", openApi.at("/info/title").asText());
        assertEquals(Pom.version(), openApi.at("/info/version").asText());
        openApi.path("paths")
                .forEach(path -> path.forEach(call -> {
                    assertEquals(1, call.path("tags").size(), call.toString());
                    assertEquals(false, call.path("summary").asText().isEmpty(), call.toString());
                }));
    }

    @Test
    void everyFieldOfARequestIsDescribedAndNoOther() {
        JsonNode openApi =
                parse(given().accept("application/json").get("/q/openapi").asString());
        JsonNode fields = openApi.at("/components/schemas/JobRequest/properties");
        assertEquals(RequestField.values().length, fields.size(), fields.toString());
        for (RequestField field : RequestField.values()) {
            assertEquals(
                    field.sentence(),
                    fields.path(field.wireName()).path("description").asText(),
                    field.wireName());
        }
        fields.fieldNames().forEachRemaining(name -> {
            ObjectNode request = new ObjectMapper().createObjectNode();
            request.put("eval_id", "x").put("code", "pass").putNull(name);
            Rejected rejected = assertThrows(Rejected.class, () -> JobRequest.decode(request));
            assertEquals(RejectionReason.INVALID_TYPE, rejected.reason(), name);
        });
        assertEquals(
                "#/components/schemas/JobRequest",
                openApi.at("/paths/~1execute/post/requestBody/content/application~1json/schema/$ref")
                        .asText());
    }

    @Test
    void itIsAliveAndReady() {
        get("/q/health/live").then().statusCode(200).body("status", equalTo("UP"));
        get("/q/health/ready").then().statusCode(200).body("status", equalTo("UP"));
        get("/q/health/well").then().statusCode(200).body("checks.size()", equalTo(2));
    }

    @Test
    void whatIsMadeUpMakesNoMetrics() throws IOException {
        get("/templates").then().statusCode(200);
        ask(0, 3);
        series(); // The first look at the metrics makes a series, too.
        long before = series();
        ask(3, 2000);
        assertEquals(before, series());
    }

    private static long series() {
        return get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> !line.startsWith("#"))
                // The first garbage collection of a kind makes some, whoever asks for what.
                .filter(line -> !line.startsWith("jvm_gc_pause_"))
                .count();
    }

    private static void ask(int from, int to) throws IOException {
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            BufferedReader answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            for (int i = from; i < to; i++) {
                for (String line : List.of("M" + i + " /foo", "GET /none" + i, "PUT /jobs/x" + i, "GET /jobs/x" + i)) {
                    socket.getOutputStream().write((line + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(US_ASCII));
                    int length = 0;
                    for (String head = answers.readLine(); !head.isEmpty(); head = answers.readLine()) {
                        if (head.toLowerCase(Locale.ROOT).startsWith("content-length: ")) {
                            length = Integer.parseInt(head.substring(16));
                        }
                    }
                    assertEquals(length, answers.skip(length));
                }
            }
        }
    }

    @Test
    void thereAreMetrics() throws InterruptedException {
        get("/templates").then().statusCode(200);
        get("/q/metrics").then().statusCode(200).body(containsString("http_server_requests_seconds"));
        Asking.result(Asking.request("counted", "print(1)"));
        Await.until(
                "it is counted",
                () -> get("/q/metrics")
                        .asString()
                        .contains("cupel_results_total{outcome=\"success\",reason=\"Completed\""));
        get("/q/metrics")
                .then()
                .body(containsString("cupel_jobs_running "))
                .body(containsString("\njvm_classes_loaded_classes "))
                .body(containsString("\njvm_gc_overhead "))
                .body(containsString("\njvm_memory_used_bytes{"))
                .body(containsString("\njvm_threads_live_threads "))
                .body(containsString("\njvm_info_total{"))
                .body(containsString("\njvm_gc_live_data_size_bytes "))
                .body(containsString("\nprocess_uptime_seconds "))
                .body(containsString("\nprocess_cpu_usage "))
                .body(containsString("\nprocess_files_open_files "))
                .body(containsString("cupel_phase_seconds_bucket{phase=\"running\""));
    }
}
