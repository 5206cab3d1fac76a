package dev.cupel.http.runcode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.StrictJson;
import dev.cupel.request.JobRequest;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AskedJobTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Languages LANGUAGES =
            new Languages(new Templates(new TemplateFiles.BuiltIn(), Optional.empty()));

    private static AskedJob asked(String language, String fields) {
        ObjectNode body = JSON.createObjectNode().put("language", language).put("code", "x");
        body.setAll((ObjectNode) StrictJson.parse(fields.getBytes(StandardCharsets.UTF_8)));
        RunCodeRequest request = RunCodeRequest.decode(body, LANGUAGES.served());
        AskedJob asked = AskedJob.of(request, LANGUAGES.find(language).orElseThrow());
        JobRequest.decode(asked.request()); // It is a request that Cupel takes.
        return asked;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "null", textBlock = """
                    python | {}                                 | /timeout          | 10.000
                    python | {"run_timeout": 0}                 | /timeout          | 0.001
                    python | {"run_timeout": -3}                | /timeout          | 0.001
                    python | {"run_timeout": 1e-999}            | /timeout          | 0.001
                    python | {"run_timeout": 0.70001}           | /timeout          | 0.701
                    python | {"compile_timeout": 5}             | /compile_timeout  | null
                    cpp    | {"compile_timeout": 5}             | /compile_timeout  | 5.000
                    cpp    | {}                                 | /compile_timeout  | 10.000
                    go     | {}                                 | /compile_timeout  | 180
                    go     | {"compile_timeout": 200}           | /compile_timeout  | 200.000
                    python | {"memory_limit_MB": -1}            | /memory_limit     | null
                    python | {"memory_limit_MB": 0}             | /memory_limit     | null
                    python | {"memory_limit_MB": 1}             | /memory_limit     | 4Mi
                    python | {"memory_limit_MB": 512}           | /memory_limit     | 512Mi
                    python | {"memory_limit_MB": 512.0}         | /memory_limit     | 512Mi
                    python | {"memory_limit_MB": 1e300}         | /memory_limit     | 8Gi
                    nodejs | {}                                 | /template         | node
                    bash   | {}                                 | /template         | shell
                    pytest | {}                                 | /template         | pytest
                    pytest | {}                                 | /collect_files    | null
                    python | {"code": ""}                       | /code             | '\n'
                    php    | {"code": "echo 1;"}                | /code             | '<?php\necho 1;'
                    php    | {"code": " <?php echo 1;"}         | /code             | <?php echo 1;
                    python | {"stdin": null}                    | /stdin            | null
                    python | {"stdin": ""}                      | /stdin            | null
                    python | {"stdin": "a"}                     | /stdin            | a
                    python | {"files": {"a": null}}             | /files            | null
                    python | {"files": {"IGNORE_THIS_FILE": ""}} | /files           | null
                    python | {"files": {"./d//a": "YQ=\\n="}}   | /files/d~1a/base64 | YQ==
                    python | {"fetch_files": ["/mnt/b", "../b"]} | /collect_files   | null
                    python | {"fetch_files": ["./[a]*?"]}       | /collect_files/0  | '[[]a][*][?]'
                    """)
    void aFieldIsOneOfCupels(String language, String fields, String pointer, String value) {
        JsonNode field = asked(language, fields).request().at(pointer);
        assertEquals(value == null, field.isMissingNode(), field::toString);
        if (value != null) {
            assertEquals(
                    value.replace("\\n", "\n"),
                    field.isNumber() ? field.decimalValue().toPlainString() : field.asText());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    python | {"run_timeout": 2.5, "compile_timeout": 3} | 5.500
                    go     | {"run_timeout": 1, "compile_timeout": 1}   | 181.000
                    python | {"run_timeout": 1e400}                     | 1000010.000
                    """)
    void theCallerWaitsAsLongAsItTakes(String language, String fields, BigDecimal seconds) {
        ObjectNode body = JSON.createObjectNode().put("language", language).put("code", "x");
        body.setAll((ObjectNode) StrictJson.parse(fields.getBytes(StandardCharsets.UTF_8)));
        RunCodeRequest request = RunCodeRequest.decode(body, LANGUAGES.served());
        assertEquals(
                seconds,
                AskedJob.of(request, LANGUAGES.find(language).orElseThrow()).runSeconds());
    }

    @Test
    void aFileIsAskedForOnceWhateverItsNames() {
        AskedJob asked = asked("python", "{\"fetch_files\": [\"a\", \"./a\"]}");
        assertEquals(Map.of("a", "a", "./a", "a"), asked.fetched());
        assertEquals(1, asked.request().path("collect_files").size());
    }

    @Test
    void onlySandboxFusionsLanguagesAreServed() {
        assertFalse(LANGUAGES.served().contains("seed"));
        assertEquals(Optional.empty(), LANGUAGES.find("generic"));
        assertEquals(Optional.empty(), LANGUAGES.find("csharp"));
    }
}
