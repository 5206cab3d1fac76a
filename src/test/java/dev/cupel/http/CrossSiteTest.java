package dev.cupel.http;

import static dev.cupel.http.Asking.request;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.TestTags;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A page of another site cannot call local mode from the browser of whoever runs it. */
@Tag(TestTags.SLOW)
@QuarkusTest
class CrossSiteTest {
    private static int status(String method, String path, String headers, String body) throws IOException {
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            String length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n";
            socket.getOutputStream()
                    .write((method + " " + path + " HTTP/1.1\r\n" + headers + length + "\r\n" + body)
                            .getBytes(StandardCharsets.UTF_8));
            String line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            return Integer.parseInt(line.substring(9));
        }
    }

    /** What a browser sends for {@code fetch(…, {mode: "no-cors", body: new Blob([…])})}. */
    @ParameterizedTest
    @ValueSource(strings = {"/execute", "/submit", "/render", "/preview", "/collect", "/broker", "/"})
    void aBodyWithoutAContentTypeIsRefused(String path) throws IOException {
        String body = request("x", "1").toString();
        assertEquals(415, status("POST", path, "Host: localhost\r\n", body));
        assertEquals(415, status("POST", path, "Host: localhost\r\nContent-Type:\r\n", body));
        for (String simple : new String[] {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"}) {
            assertEquals(415, status("POST", path, "Host: localhost\r\nContent-Type: " + simple + "\r\n", body));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/broker/events",
                "/jobs/x",
                "/jobs/x/stdout",
                "/jobs/x/output",
                "/page/page.js",
                "/templates",
                "/",
                "/q/metrics",
                "/q/openapi",
                "/q/health"
            })
    void aNameThatIsMadeToLeadHereReadsNothing(String path) throws IOException {
        assertEquals(403, status("GET", path, "Host: evil.example:" + RestAssured.port + "\r\n", ""));
        assertEquals(403, status("POST", path, "Host: evil.example\r\nContent-Type: application/json\r\n", "{}"));
        assertEquals(403, status("GET", "http://localhost" + path, "Host: evil.example\r\n", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "*"})
    void aPathThatIsNoneIsAProblem(String path) throws IOException {
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 404 ") && answer.contains("application/problem+json"), answer);
        }
    }

    @Test
    void aPageOfAnotherSiteIsToldWhy() {
        given().contentType("application/json")
                .header("Origin", "https://evil.example")
                .body(request("x", "1").toString())
                .post("/execute")
                .then()
                .statusCode(403)
                .contentType("application/problem+json")
                .body("reason", equalTo("CrossSite"))
                .body("detail", equalTo("Origin is \"https://evil.example\""));
    }
}
