package dev.cupel.http.runcode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cupel.TestTags;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * SandboxFusion's SDK and tests, and verl's, by {@code src/test/run_code/clients.py}. Their packages come from their
 * registry and stay in {@code target/run_code}.
 */
@Tag(TestTags.SLOW)
@QuarkusTest
@TestProfile(RunCodeOn.class)
class ClientsTest {
    private static final Path SOURCES = Path.of("src/test/run_code");
    private static final String ENVIRONMENT = "target/run_code";

    private record Ended(int code, String told) {}

    private static Ended run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String told = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Ended(process.waitFor(), told);
    }

    /** What can be missing on a machine, or out of its reach. */
    private static void assume(String... command) throws InterruptedException {
        try {
            Ended ended = run(command);
            assumeTrue(ended.code() == 0, () -> "left out, as " + command[0] + " cannot serve here: " + ended.told());
        } catch (IOException e) {
            assumeTrue(false, () -> "left out: " + e.getMessage());
        }
    }

    @Test
    void theClientsOwnTestsPass() throws IOException, InterruptedException {
        assume("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 10))");
        assume("python3", "-m", "venv", ENVIRONMENT);
        String requirements = SOURCES.resolve("requirements.txt").toString();
        assume(ENVIRONMENT + "/bin/pip", "install", "-q", "--disable-pip-version-check", "-r", requirements);

        String url = RestAssured.baseURI + ":" + RestAssured.port;
        Ended ended =
                run(ENVIRONMENT + "/bin/python", SOURCES.resolve("clients.py").toString(), url);
        assertEquals(0, ended.code(), ended.told());
    }
}
