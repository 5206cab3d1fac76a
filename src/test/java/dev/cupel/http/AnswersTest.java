package dev.cupel.http;

import static dev.cupel.http.Asking.event;
import static dev.cupel.http.Asking.json;
import static dev.cupel.http.Asking.rendered;
import static dev.cupel.http.Asking.request;
import static io.restassured.RestAssured.delete;
import static io.restassured.RestAssured.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.cupel.TestTags;
import dev.cupel.schema.Held;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.ws.rs.HttpMethod;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What OpenAPI and the contract say of answers is what the calls answer; {@link DescribedAnswers} has the other half. */
@Tag(TestTags.SLOW)
@QuarkusTest
class AnswersTest {
    private static OpenApi openApi() {
        return DescribedAnswers.read(URI.create(RestAssured.baseURI + ":" + RestAssured.port + "/q/openapi"));
    }

    /** As in {@code 202 DELETE /jobs/{name}}. */
    private static Set<String> answers(int from, int to) {
        return openApi().calls().stream()
                .flatMap(call -> call.statuses().stream()
                        .filter(status -> status >= from && status < to)
                        .map(status -> status + " " + call.name()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everySuccessThatIsDescribedCanBeHad() throws InterruptedException {
        ObjectNode program = request("answers-1", "import time\ntime.sleep(20)");
        get("/");
        get("/docs/outcomes.md");
        get("/schema/dev.cupel.job.finished.v1.json");
        Stream.of("", "/live", "/ready", "/well").forEach(health -> get("/q/health" + health));
        get("/q/metrics");
        get("/q/openapi");
        get("/templates");
        get("/templates/python");
        json(program).post("/render");
        json(program).post("/preview");
        ObjectNode manifest = rendered(program);
        json(manifest).post("/submit");
        json(manifest).post("/submit");
        String name = Asking.start(program);
        get("/jobs");
        String asked = "{\"job_name\":\"" + name + "\"}";
        json(asked).post("/collect");
        List<String> ofASet = List.of("/files/a", "/cases/0/stdout", "/cases/0/stderr", "/cases/0/files/a");
        Stream.of("", "/stdout", "/stderr", "/manifest").forEach(part -> get("/jobs/" + name + part));
        ofASet.forEach(part -> get("/jobs/" + name + part));
        delete("/jobs/" + name);
        delete("/jobs/" + manifest.path("job_name").asText());
        Asking.awaitResult(name);
        json(asked).post("/collect");
        Stream.of("", "/stdout", "/stderr", "/output").forEach(part -> get("/jobs/" + name + part));
        ObjectNode writer = request("answers-2", "open('a', 'w').close()");
        writer.putArray("collect_files").add("a");
        String one = Asking.result(writer).path("job_name").asText();
        writer.put("eval_id", "answers-5").putArray("cases").addObject();
        String set = Asking.result(writer).path("job_name").asText();
        ofASet.forEach(part -> get("/jobs/" + (part.startsWith("/cases") ? set : one) + part));
        event(Asking.ADD, "answers-3", "{}").post("/");
        event(Asking.REQUESTED, "answers-4", request("answers-4", "pass")).post("/broker");

        Set<String> missing = answers(200, 300);
        missing.removeAll(DescribedAnswers.seen());
        missing.remove("200 GET /broker/events"); // Never ends; BrokerCallsTest reads it.
        assertEquals(Set.of(), missing);
    }

    @Test
    void theContractNamesTheSameSuccessesAndTheFieldsOfAnAcceptedRequest() throws IOException {
        Set<String> named = new TreeSet<>();
        String accepted = "";
        for (String row : Files.readAllLines(Path.of("docs/contract.md"))) {
            String[] cells = row.split("(?<!\\\\)\\|", 3);
            for (String call : row.startsWith("| `") ? calls(cells[1]) : List.<String>of()) {
                statuses(cells[2]).forEach(status -> named.add(status + " " + call));
                accepted = call.equals("POST /execute") ? cells[2] : accepted;
            }
        }

        assertEquals(answers(200, 300), named);
        Set<String> fields = new TreeSet<>();
        openApi().schema("JobAccepted").path("properties").fieldNames().forEachRemaining(fields::add);
        assertEquals(fields, fields(accepted.replaceAll(".*?(\\{.*?}).*", "$1")));
    }

    private static List<String> calls(String cell) {
        return Pattern.compile("(?:GET|POST|DELETE) /[A-Za-z/]*")
                .matcher(cell)
                .results()
                .map(MatchResult::group)
                .map(call -> Pattern.compile("/([A-Z]+)")
                        .matcher(call)
                        .replaceAll(name -> "/{" + name.group(1).toLowerCase(Locale.ROOT) + "}"))
                .toList();
    }

    private static List<Integer> statuses(String text) {
        return Pattern.compile("\\b2\\d\\d\\b")
                .matcher(text)
                .results()
                .map(found -> Integer.valueOf(found.group()))
                .toList();
    }

    /** Of an object as the contract writes it: {@code {"eval_id", "status": "created"}}. */
    private static Set<String> fields(String object) {
        return Pattern.compile("[{,] ?\"(\\w+)\"")
                .matcher(object)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyOtherAnswerThatIsDescribedIsAProblem() {
        OpenApi api = openApi();
        api.calls()
                .forEach(call -> call.statuses().stream()
                        .filter(status -> status >= 400 && !call.name().startsWith("GET /q/health"))
                        .forEach(status -> assertEquals(
                                "#/components/responses/Problem",
                                call.response(status).orElseThrow().path("$ref").asText(),
                                call.name())));
    }

    @Test
    void anAnswerThatIsNotAsDescribedIsNamed() {
        OpenApi api = openApi();
        ObjectNode right = JsonNodeFactory.instance
                .objectNode()
                .put("eval_id", "x")
                .put("job_name", "y")
                .put("status", "created")
                .put("message", "z");
        assertEquals(List.of(), Held.faults(api.strict(api.schema("JobAccepted")), right));
        for (Consumer<ObjectNode> wrong : List.<Consumer<ObjectNode>>of(
                answer -> answer.remove("job_name"),
                answer -> answer.put("attempt", 1),
                answer -> answer.put("status", "gone"),
                answer -> answer.putNull("message"))) {
            ObjectNode answer = right.deepCopy();
            wrong.accept(answer);
            assertEquals(
                    1,
                    Held.faults(api.strict(api.schema("JobAccepted")), answer).size(),
                    answer::toString);
        }
    }

    @Test
    void everyTestsAnswersAreHeldAgainstOpenApi() {
        assertTrue(RestAssured.filters().stream().anyMatch(DescribedAnswers.class::isInstance));
    }

    @Test
    void everyMethodOfJaxRsHasAnOperationOfItsName() {
        Set<String> ids = new TreeSet<>();
        openApi()
                .document()
                .path("paths")
                .forEach(path -> path.forEach(operation -> {
                    String id = operation.path("operationId").asText();
                    assertTrue(id.matches("[a-z][A-Za-z]+"), "an operationId: " + id);
                    assertTrue(ids.add(id), "twice: " + id);
                }));
        List<String> declared = new ArrayList<>();
        for (JavaClass one : new ClassFileImporter().importPackages("dev.cupel.http")) {
            for (JavaMethod method : one.getMethods()) {
                Operation operation =
                        method.tryGetAnnotationOfType(Operation.class).orElse(null);
                boolean isCall = method.isMetaAnnotatedWith(HttpMethod.class);
                assertEquals(isCall, operation != null, method.getFullName());
                if (operation != null && !operation.hidden()) {
                    declared.add(operation.operationId());
                }
            }
        }
        assertFalse(declared.isEmpty());
        declared.forEach(id -> assertTrue(ids.contains(id), () -> "not in OpenAPI: " + id));
    }

    @Test
    void everyEventIsHeldAgainstItsSchema() throws InterruptedException {
        long before = DescribedAnswers.events();
        Asking.result(request("answers-6", "pass"));
        assertTrue(DescribedAnswers.events() > before);
    }
}
