package dev.cupel.http;

import static dev.cupel.http.Asking.request;
import static io.restassured.RestAssured.delete;
import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.Await;
import dev.cupel.TestTags;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a Job prints, told while it runs. */
@Tag(TestTags.SLOW)
@QuarkusTest
class JobOutputStreamTest {
    private static final class Reader implements AutoCloseable {
        private final HttpURLConnection connection;
        private final BufferedReader lines;
        private final Map<String, ByteArrayOutputStream> taken = new TreeMap<>();
        private String last = "";
        private boolean ended;

        Reader(String job, String after) throws IOException {
            connection = (HttpURLConnection)
                    URI.create(RestAssured.baseURI + ":" + RestAssured.port + "/jobs/" + job + "/output")
                            .toURL()
                            .openConnection();
            if (!after.isEmpty()) {
                connection.setRequestProperty("Last-Event-ID", after);
            }
            lines = new BufferedReader(new InputStreamReader(connection.getInputStream(), UTF_8));
            assertEquals("text/event-stream", connection.getContentType());
        }

        /** Reads the next event; false after the last. */
        boolean take() throws IOException {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    last = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    JsonNode event = Asking.parse(line.substring(6));
                    ended = event.path("end").asBoolean();
                    if (!ended) {
                        taken.computeIfAbsent(
                                        event.path("run").asText() + " "
                                                + event.path("stream").asText(),
                                        _ -> new ByteArrayOutputStream())
                                .writeBytes(Base64.getDecoder()
                                        .decode(event.path("base64").asText()));
                    }
                    return !ended;
                }
            }
            return false;
        }

        Map<String, String> texts() {
            Map<String, String> texts = new TreeMap<>();
            taken.forEach((name, bytes) -> texts.put(name, bytes.toString(UTF_8)));
            return texts;
        }

        Map<String, String> all() throws IOException {
            while (take()) {
                continue;
            }
            assertTrue(ended, "it ends with an end");
            return texts();
        }

        @Override
        public void close() {
            connection.disconnect();
        }
    }

    @Test
    void bothStreamsComeWhileItRunsAndThenTheEnd() throws Exception {
        String job = Asking.start(request(
                "live-1", "import sys, time\nprint('one')\nprint('two', file=sys.stderr)\ntime.sleep(600)\n"));
        try (Reader reader = new Reader(job, "")) {
            while (reader.texts().size() < 2) {
                assertTrue(reader.take());
            }
            assertEquals(Map.of("program stdout", "one\n", "program stderr", "two\n"), reader.texts());
            assertEquals("running", get("/jobs/" + job).path("state"));
            delete("/jobs/" + job).then().statusCode(202);
            assertEquals(Map.of("program stdout", "one\n", "program stderr", "two\n"), reader.all());
        }
        Asking.awaitResult(job);
    }

    @Test
    void whoComesAgainGoesOnWhereItWas() throws Exception {
        ObjectNode asked = request("live-2", "import sys\nprint('one')\nprint('two', file=sys.stderr)\n");
        String job = Asking.result(asked).path("job_name").asText();
        Map<String, String> whole;
        String first;
        try (Reader reader = new Reader(job, "")) {
            assertTrue(reader.take());
            first = reader.last;
            whole = reader.all();
        }
        assertEquals(Map.of("program stdout", "one\n", "program stderr", "two\n"), whole);
        try (Reader reader = new Reader(job, first)) {
            assertEquals(1, reader.all().size());
        }
        for (String wrong : List.of("999999999", "-1", "x")) {
            try (Reader reader = new Reader(job, wrong)) {
                assertEquals(wrong.equals("999999999") ? Map.of() : whole, reader.all());
            }
        }
    }

    @Test
    void bytesAndCasesAreToldAsTheyAre() throws Exception {
        ObjectNode asked = request(
                "live-3", "import sys\nsys.stdout.buffer.write(bytes(range(256)) * 4000)\nprint(input())\n");
        asked.putArray("cases").addObject().put("stdin", "a");
        asked.withArray("cases").addObject().put("stdin", "b");
        String job = Asking.result(asked).path("job_name").asText();
        try (Reader reader = new Reader(job, "")) {
            reader.all();
            for (int i = 0; i < 2; i++) {
                byte[] exact = get("/jobs/" + job + "/cases/" + i + "/stdout").asByteArray();
                assertTrue(exact.length > 1_000_000);
                byte[] live = java.util.Objects.requireNonNull(reader.taken.get(i + " stdout")).toByteArray();
                assertEquals(-1, java.util.Arrays.mismatch(exact, live));
            }
        }
    }

    @Test
    void aJobThatIsNotThereIsNotFoundAndTheCallOnlyReads() {
        get("/jobs/eval-none-1/output").then().statusCode(404).body("reason", equalTo("NotFound"));
        get("/jobs/NO.NAME!/output").then().statusCode(404);
        given().contentType("application/json").body("{}").post("/jobs/eval-none-1/output").then().statusCode(405);
    }

    /** Those who hang up make room. */
    @Test
    void thereAreNoMoreReadersThanThat() throws Exception {
        String job = Asking.start(request("live-4", "import time\nprint('x')\ntime.sleep(600)\n"));
        List<Reader> readers = new ArrayList<>();
        try {
            for (int i = 0; i < JobOutputStream.MAX_READERS; i++) {
                readers.add(new Reader(job, ""));
            }
            get("/jobs/" + job + "/output").then().statusCode(503);
            readers.removeFirst().close();
            Await.until("there is room again", () -> {
                try (Reader reader = new Reader(job, "")) {
                    return reader.take();
                } catch (IOException e) {
                    return false;
                }
            });
        } finally {
            readers.forEach(Reader::close);
            delete("/jobs/" + job);
        }
        Asking.awaitResult(job);
    }
}
