package dev.cupel.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cupel.TestTags;
import dev.cupel.render.Python;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The Python client, its examples too, with a real server. */
@Tag(TestTags.SLOW)
@QuarkusTest
class PythonClientTest {
    @Test
    void theClientsOwnTestsPass() throws IOException, InterruptedException {
        assumeTrue(Python.has("unittest"), "no python3: src/test/python/test_client.py does not run");
        ProcessBuilder python =
                new ProcessBuilder("python3", "src/test/python/test_client.py").redirectErrorStream(true);
        python.environment().put("CUPEL_URL", RestAssured.baseURI + ":" + RestAssured.port);
        python.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process process = python.start();
        process.getOutputStream().close();
        String told = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), told);
    }
}
