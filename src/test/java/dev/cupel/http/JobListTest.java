package dev.cupel.http;

import static dev.cupel.http.Asking.request;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.TestTags;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(TestTags.SLOW)
@QuarkusTest
class JobListTest {
    /** No label could hold it as it is. */
    private final String evalId = "list ü " + UUID.randomUUID();

    private static Response list(Map<String, Object> query) {
        return given().queryParams(query).get("/jobs");
    }

    @Test
    void jobsOfANameWithWhatIsKnownOfThem() throws InterruptedException {
        String name = Asking.start(request(evalId, "print(1)"));
        Asking.awaitResult(name);
        list(Map.of("eval_id", evalId))
                .then()
                .statusCode(200)
                .body("items.size()", equalTo(1))
                .body("items[0].eval_id", equalTo(evalId))
                .body("items[0].job_name", equalTo(name))
                .body("items[0].state", equalTo("ended"))
                .body("items[0].template", equalTo("python"))
                .body("continue", nullValue());
        list(Map.of("eval_id", evalId + "x")).then().statusCode(200).body("items.size()", equalTo(0));
    }

    @Test
    void jobsByTheirState() throws InterruptedException {
        String ended =
                Asking.result(request(evalId, "print(1)")).path("job_name").asText();
        String running = Asking.start(request(evalId, "import time\ntime.sleep(30)"));
        Asking.awaitState(running, "running");
        assertEquals(List.of(running), names(list(Map.of("eval_id", evalId, "state", "running"))));
        assertEquals(List.of(ended), names(list(Map.of("eval_id", evalId, "state", "ended"))));
        io.restassured.RestAssured.delete("/jobs/" + running).then().statusCode(202);
    }

    @Test
    void aPageAtATime() {
        List<String> started = Stream.generate(() -> Asking.start(request(evalId, "pass")))
                .limit(5)
                .sorted()
                .toList();
        List<String> listed = new ArrayList<>();
        String next = "";
        int pages = 0;
        do {
            Response page = list(Map.of("eval_id", evalId, "limit", 2, "continue", next));
            page.then().statusCode(200);
            listed.addAll(names(page));
            next = page.path("continue");
            pages++;
        } while (next != null);
        assertEquals(started, listed);
        assertEquals(3, pages);
    }

    @Test
    void jobsByTheirLabels() {
        Asking.start(request(evalId, "pass"));
        assertEquals(
                1,
                names(given().queryParam("label", "app=evaluation", "app.kubernetes.io/managed-by=cupel")
                                .queryParam("eval_id", evalId)
                                .get("/jobs"))
                        .size());
        assertEquals(List.of(), names(list(Map.of("label", "app=other"))));
    }

    @Test
    void whatCannotBeAskedForIsToldWithItsName() {
        for (Map.Entry<String, Object> wrong : Map.<String, Object>of(
                        "limit", "0", "state", "finished", "label", "a,b=c")
                .entrySet()) {
            list(Map.of(wrong.getKey(), wrong.getValue()))
                    .then()
                    .statusCode(400)
                    .body("reason", equalTo("InvalidField"))
                    .body("field", equalTo("/" + wrong.getKey()));
        }
        assertEquals(400, list(Map.of("limit", "501")).statusCode());
        assertEquals(400, given().queryParam("label", "a=b", "a=c").get("/jobs").statusCode());
    }

    private static List<String> names(Response page) {
        assertTrue(page.statusCode() == 200, page.asString());
        return page.path("items.job_name");
    }
}
