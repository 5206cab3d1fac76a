package dev.cupel.http.piston;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.TestTags;
import dev.cupel.http.runcode.RunCodeOn;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Piston's page (docs/api-v2.md of its repository) and its code say what is right; it could not be run here. */
@Tag(TestTags.SLOW)
@QuarkusTest
@TestProfile(RunCodeOn.class)
class PistonTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static ValidatableResponse run(String fields) throws IOException {
        ObjectNode body = JSON.createObjectNode().put("language", "python").put("version", "*");
        body.putArray("files").addObject().put("content", "print(1)");
        body.setAll((ObjectNode) JSON.readTree(fields));
        return given().contentType("application/json")
                .body(body.toString())
                .post("/api/v2/execute")
                .then();
    }

    private static String files(String code) {
        return "{\"files\": [{\"content\": " + JSON.createObjectNode().textNode(code) + "}]";
    }

    @Test
    void theRuntimesAreListed() {
        get("/api/v2/runtimes")
                .then()
                .statusCode(200)
                .body("language", hasItems("python", "c++", "javascript", "bash"))
                .body("find { it.language == 'python' }.version", equalTo("3.13.0"))
                .body("find { it.language == 'python' }.aliases", hasItem("py"));
        get("/").then().body("calls", hasKey("POST /api/v2/execute"));
    }

    @Test
    void aProgramIsRun() throws IOException {
        String code = "import sys; print(input(), sys.argv[1:]); print('e', file=sys.stderr)";
        run(files(code)
                        + ", \"stdin\": \"in\", \"args\": [\"1\", \"2\"], \"language\": \"py\", \"version\": \"3.10.0\"}")
                .statusCode(200)
                .body("language", equalTo("python"))
                .body("version", equalTo("3.13.0"))
                .body("run.stdout", equalTo("in ['1', '2']\n"))
                .body("run.stderr", equalTo("e\n"))
                .body("run.output", equalTo("in ['1', '2']\ne\n"))
                .body("run.code", equalTo(0))
                .body("run.signal", nullValue())
                .body("run.status", nullValue())
                .body("run.message", nullValue())
                .body("run.memory", greaterThan(1000))
                .body("run", hasKey("cpu_time"))
                .body("run", hasKey("wall_time"))
                .body("$", not(hasKey("compile")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "null", textBlock = """
                    raise SystemExit(3)                          | {}                    | 3    | null    | RE | Exited with error status 3
                    import os; os.kill(os.getpid(), 11)          | {}                    | null | SIGSEGV | SG | Caught fatal signal 11
                    import time; time.sleep(9)                   | {"run_timeout": 300}  | null | SIGKILL | TO | Time limit exceeded
                    while True: pass                             | {"run_cpu_time": 300} | null | SIGKILL | TO | Time limit exceeded
                    """)
    void anEndHasItsWords(String code, String limits, Integer exit, String signal, String status, String message)
            throws IOException {
        String more = limits.equals("{}") ? "}" : ", " + limits.substring(1);
        run(files(code) + more)
                .statusCode(200)
                .body("run.code", equalTo(exit))
                .body("run.signal", equalTo(signal))
                .body("run.status", equalTo(status))
                .body("run.message", equalTo(message));
    }

    @Test
    void filesAreThereInTheirEncodings() throws IOException {
        run("""
                        {"files": [{"name": "a.bin", "content": "ff00", "encoding": "hex"},
                                   {"name": "any.py", "content": "print(open('a.bin','rb').read(), open('b').read(), open('file3.code').read())"},
                                   {"name": "b", "content": "aG\\nk=\\n", "encoding": "base64"}, {"content": "c"}]}
                        """).statusCode(200).body("run.stdout", equalTo("b'\\xff\\x00' hi c\n"));
    }

    @Test
    void aCompilerThatFailsStandsInThePlaceOfTheRun() throws IOException {
        run("{\"language\": \"c++\", \"files\": [{\"content\": \"int main() { return x; }\"}]}")
                .statusCode(200)
                .body("compile.code", equalTo(1))
                .body("compile.stderr", containsString("error"))
                .body("run.code", equalTo(1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"language": 5}                         | language is required as a string
                    {"version": ""}                         | version is required as a string
                    {"files": {}}                           | files is required as an array
                    {"files": [{}]}                         | files[0].content is required as a string
                    {"language": "cow"}                     | cow-* runtime is unknown
                    {"files": [{"content": "", "encoding": "hex"}]} | files must include at least one utf8 encoded file
                    {"run_timeout": "3"}                    | If specified, run_timeout must be a number
                    {"run_timeout": -1}                     | run_timeout must be non-negative
                    {"run_timeout": 99999999}               | run_timeout cannot exceed the configured limit of 3600000
                    {"files": [{"content": ""}, {"content": "abc", "encoding": "hex"}]} | a file with encoding hex is none
                    {"run_memory_limit": 1e12}              | run_memory_limit cannot exceed the configured limit of 8589934592
                    """)
    void aWrongCallIsRefusedInPistonsWords(String fields, String message) throws IOException {
        run(fields).statusCode(400).body("message", equalTo(message));
    }

    @Test
    void aCallThatIsNoJsonIsRefused() {
        given().contentType("text/plain")
                .body("{}")
                .post("/api/v2/execute")
                .then()
                .statusCode(415);
        given().contentType("application/json")
                .body("{")
                .post("/api/v2/execute")
                .then()
                .statusCode(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e-999999999", "0.0001", "1"})
    void aTimeThatIsTooShortIsUp(String millis) {
        given().contentType("application/json")
                .body("{\"language\": \"py\", \"version\": \"*\", \"files\": [{\"content\": \"\"}], \"run_timeout\": "
                        + millis + "}")
                .post("/api/v2/execute")
                .then()
                .statusCode(200)
                .body("run.status", equalTo("TO"));
    }

    @Test
    void noLimitIsTheTemplates() throws IOException {
        run("{\"run_memory_limit\": -1, \"compile_memory_limit\": -1, \"run_timeout\": 0}")
                .statusCode(200)
                .body("run.stdout", equalTo("1\n"));
    }
}
