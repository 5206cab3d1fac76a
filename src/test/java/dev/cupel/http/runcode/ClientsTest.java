package dev.cupel.http.runcode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cupel.TestTags;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs {@code src/test/run_code/clients.py}, which says what it needs, with the Python that RUN_CODE_PYTHON names. */
@Tag(TestTags.SLOW)
@QuarkusTest
@TestProfile(RunCodeOn.class)
class ClientsTest {
    @Test
    void theClientsOwnTestsPass() throws Exception {
        String python = System.getenv("RUN_CODE_PYTHON");
        assumeTrue(python != null, "skipped: RUN_CODE_PYTHON names no Python that has sandbox-fusion and pytest");
        String url = RestAssured.baseURI + ":" + RestAssured.port;
        Process clients = new ProcessBuilder(python, "src/test/run_code/clients.py", url)
                .inheritIO()
                .start();
        assertEquals(0, clients.waitFor());
    }
}
