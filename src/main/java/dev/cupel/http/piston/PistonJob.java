package dev.cupel.http.piston;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.http.piston.Runtimes.Dialect;
import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.rejection.Rejected;
import dev.cupel.request.JobRequest;
import dev.cupel.request.RequestField;
import dev.cupel.template.Declaration;
import dev.cupel.template.Declaration.Execution;
import dev.cupel.template.Declaration.Span;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A call of {@code /api/v2/execute} in Cupel's own words. The refusals are Piston's.
 *
 * @param request as {@code POST /execute} takes it
 * @param waitSeconds how long the caller is kept waiting
 */
record PistonJob(Dialect runtime, String version, ObjectNode request, int waitSeconds) {
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
    private static final BigDecimal MEBIBYTE = BigDecimal.valueOf(1 << 20);

    /** Until the program starts, and from its end to the answer. */
    private static final int MARGIN_SECONDS = 8;

    /** @throws Rejected if Piston would answer 400 */
    static PistonJob of(JsonNode body, Runtimes runtimes) {
        String language = text(body, "language");
        String version = text(body, "version");
        JsonNode files = body.path("files");
        require(files.isArray(), "files is required as an array");
        for (int i = 0; i < files.size(); i++) {
            require(files.get(i).path("content").isTextual(), "files[" + i + "].content is required as a string");
        }
        Optional<Dialect> found = runtimes.find(language);
        require(found.isPresent(), language + "-" + version + " runtime is unknown");
        Dialect runtime = found.orElseThrow();
        Declaration declaration = runtimes.template(runtime).declaration();
        Optional<Span> compile = declaration.execution().flatMap(Execution::compileTimeout);
        ObjectNode request = JsonNodeFactory.instance
                .objectNode()
                .put(RequestField.EVAL_ID.wireName(), "piston")
                .put(RequestField.TEMPLATE.wireName(), runtime.template().value());
        put(files, request);
        String stdin = body.path("stdin").asText("");
        request.put(RequestField.STDIN.wireName(), stdin.endsWith("\n") ? stdin : stdin + "\n");
        if (body.path("args").isArray()) {
            body.path("args").forEach(arg -> request.withArray("/args").add(arg.asText()));
        }
        int run = time(body, "run_timeout", declaration.timeout(), RequestField.TIMEOUT, request);
        int atMost = compile.map(span -> time(body, "compile_timeout", span, RequestField.COMPILE_TIMEOUT, request))
                .orElse(0);
        Span cpu = new Span(0, JobRequest.MAX_TIMEOUT_SECONDS);
        time(body, "run_cpu_time", cpu, RequestField.CPU_TIMEOUT, request);
        memory(body, declaration, request);
        return new PistonJob(runtime, runtimes.version(runtime), request, run + atMost + MARGIN_SECONDS);
    }

    private static String text(JsonNode body, String name) {
        String text = body.path(name).isTextual() ? body.path(name).textValue() : "";
        require(!text.isEmpty(), name + " is required as a string");
        return text;
    }

    static void require(boolean right, String message) {
        if (!right) {
            throw Rejected.invalid("", message);
        }
    }

    /** The first file of text is the program; its name is the template's. */
    private static void put(JsonNode files, ObjectNode request) {
        for (int i = 0; i < files.size(); i++) {
            JsonNode file = files.get(i);
            String content = file.path("content").asText();
            String encoding = file.path("encoding").asText();
            boolean isText = !encoding.equals("base64") && !encoding.equals("hex");
            if (isText && !request.has(RequestField.CODE.wireName())) {
                request.put(RequestField.CODE.wireName(), content.isEmpty() ? "\n" : content);
                continue;
            }
            String name = file.path("name").asText("");
            ObjectNode all = request.withObject("/files");
            String path = name.isEmpty() ? "file" + i + ".code" : name;
            if (isText) {
                all.put(path, content);
            } else {
                all.putObject(path).put("base64", encoding.equals("hex") ? ofHex(content) : content);
            }
        }
        require(request.has(RequestField.CODE.wireName()), "files must include at least one utf8 encoded file");
    }

    private static String ofHex(String hex) {
        try {
            return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException e) {
            throw Rejected.invalid("", "a file with encoding hex is none");
        }
    }

    /** Puts in a time that is there, and not 0. Returns the seconds that count, rounded up. */
    private static int time(JsonNode body, String name, Span span, RequestField field, ObjectNode request) {
        Optional<BigDecimal> millis =
                limit(body, name, BigDecimal.valueOf(span.max()).multiply(THOUSAND));
        millis.ifPresent(some -> request.put(
                field.wireName(),
                some.max(BigDecimal.ONE).setScale(0, RoundingMode.CEILING).movePointLeft(3)));
        return millis.map(some -> some.divide(THOUSAND, 0, RoundingMode.CEILING).intValueExact())
                .orElse(span.preset());
    }

    private static void memory(JsonNode body, Declaration declaration, ObjectNode request) {
        Quantity most = declaration.amounts().get(ContainerResource.MEMORY).max();
        limit(body, "run_memory_limit", most.amount()).ifPresent(bytes -> {
            BigDecimal mebibytes =
                    bytes.divide(MEBIBYTE, 0, RoundingMode.CEILING).max(BigDecimal.valueOf(4));
            request.put(RequestField.MEMORY_LIMIT.wireName(), mebibytes.toPlainString() + "Mi");
        });
    }

    private static Optional<BigDecimal> limit(JsonNode body, String name, BigDecimal most) {
        JsonNode node = body.path(name);
        boolean isSet =
                !node.isMissingNode() && !node.isNull() && !node.asText().equals("0");
        require(!isSet || node.isNumber(), "If specified, " + name + " must be a number");
        Optional<BigDecimal> limit = Optional.of(node).filter(_ -> isSet).map(JsonNode::decimalValue);
        limit.ifPresent(some -> {
            require(
                    some.compareTo(most) <= 0,
                    name + " cannot exceed the configured limit of "
                            + most.stripTrailingZeros().toPlainString());
            boolean isNoLimit = name.endsWith("memory_limit") && some.signum() < 0;
            require(isNoLimit || some.signum() >= 0, name + " must be non-negative");
        });
        return limit.filter(some -> some.signum() > 0);
    }
}
