package dev.cupel.http.runcode;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The body of {@code POST /run_code}.
 *
 * @param compileTimeout seconds
 * @param runTimeout seconds
 * @param memoryLimitMb whole, and none if it is not above 0
 * @param files path to base64
 * @param fetchFiles the paths of files that the answer is to hold
 */
record RunCodeRequest(
        BigDecimal compileTimeout,
        BigDecimal runTimeout,
        BigDecimal memoryLimitMb,
        String code,
        Optional<String> stdin,
        String language,
        Map<String, String> files,
        List<String> fetchFiles) {

    private static final BigDecimal TIMEOUT = BigDecimal.TEN;
    private static final BigDecimal NO_LIMIT = BigDecimal.ONE.negate();

    RunCodeRequest {
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
        fetchFiles = List.copyOf(fetchFiles);
    }

    /**
     * Reads the fields in SandboxFusion's order, because the faults stand in that order.
     *
     * @param languages those that are served
     * @throws InvalidCall with all that is wrong
     */
    static RunCodeRequest decode(JsonNode body, List<String> languages) {
        if (!body.isObject()) {
            throw new InvalidCall(List.of(Fault.at(
                    "model_attributes_type", "Input should be a valid dictionary or object to extract fields from")));
        }
        LaxFields fields = new LaxFields(body);
        RunCodeRequest request = new RunCodeRequest(
                fields.number("compile_timeout", TIMEOUT),
                fields.number("run_timeout", TIMEOUT),
                fields.whole("memory_limit_MB", NO_LIMIT),
                fields.get("code").orElse(""),
                fields.find("stdin"),
                language(body, fields, languages),
                fields.texts("files"),
                fields.list("fetch_files"));
        if (!fields.faults().isEmpty()) {
            throw new InvalidCall(fields.faults());
        }
        return request;
    }

    private static String language(JsonNode body, LaxFields fields, List<String> languages) {
        JsonNode node = body.get("language");
        if (node == null) {
            return fields.get("language").orElse("");
        }
        if (!node.isTextual() || !languages.contains(node.textValue())) {
            fields.add("literal_error", "Input should be " + oneOf(languages), "language");
        }
        return node.asText();
    }

    private static String oneOf(List<String> languages) {
        String all = "'" + String.join("', '", languages) + "'";
        int last = all.lastIndexOf(", ");
        return last < 0 ? all : all.substring(0, last) + " or " + all.substring(last + 2);
    }
}
