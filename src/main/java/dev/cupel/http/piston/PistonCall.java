package dev.cupel.http.piston;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.http.AskedRun;
import dev.cupel.http.piston.Runtimes.Language;
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
import java.util.Set;
import java.util.stream.IntStream;

/** Reads a call of {@code /api/v2/execute}. The refusals are Piston's. */
final class PistonCall {
    private static final Span ANY_TIME = new Span(0, JobRequest.MAX_TIMEOUT_SECONDS);

    private PistonCall() {}

    /** @throws Rejected if Piston would answer 400 */
    static AskedRun read(JsonNode body, Runtimes runtimes) {
        String language = text(body, "language");
        String version = text(body, "version");
        JsonNode files = body.path("files");
        require(files.isArray(), "files is required as an array");
        for (int i = 0; i < files.size(); i++) {
            require(files.get(i).path("content").isTextual(), "files[" + i + "].content is required as a string");
        }
        Language runtime = runtimes.find(language)
                .orElseThrow(() -> Rejected.invalid("", language + "-" + version + " runtime is unknown"));
        // The first file of text is the program; its name is the template's.
        int main = IntStream.range(0, files.size())
                .filter(i -> isText(files.get(i)))
                .findFirst()
                .orElseThrow(() -> Rejected.invalid("", "files must include at least one utf8 encoded file"));
        ObjectNode request = AskedRun.request(
                "piston", runtime.template(), files.get(main).path("content").textValue());
        for (int i = 0; i < files.size(); i++) {
            if (i != main) {
                putFile(files.get(i), "file" + i + ".code", request);
            }
        }
        String stdin = body.path("stdin").asText("");
        request.put(RequestField.STDIN.wireName(), stdin.endsWith("\n") ? stdin : stdin + "\n");
        for (JsonNode arg : body.path("args")) {
            request.withArray("/args").add(arg.asText());
        }
        Declaration declaration = runtime.template().declaration();
        Optional<Span> compile = declaration.execution().flatMap(Execution::compileTimeout);
        BigDecimal seconds = putTime(body, "run_timeout", RequestField.TIMEOUT, declaration.timeout(), request)
                .add(compile.map(span -> putTime(body, "compile_timeout", RequestField.COMPILE_TIMEOUT, span, request))
                        .orElse(BigDecimal.ZERO));
        putTime(body, "run_cpu_time", RequestField.CPU_TIMEOUT, ANY_TIME, request);
        Quantity memory = declaration.amounts().get(ContainerResource.MEMORY).max();
        BigDecimal least = ContainerResource.MEMORY.least().amount();
        limit(body, "run_memory_limit", memory.amount())
                .map(bytes -> bytes.max(least).setScale(0, RoundingMode.CEILING).toPlainString())
                .ifPresent(bytes -> request.put(RequestField.MEMORY_LIMIT.wireName(), bytes));
        return AskedRun.of(request, seconds, result -> PistonAnswer.of(runtime, result));
    }

    private static String text(JsonNode body, String name) {
        String text = body.path(name).isTextual() ? body.path(name).textValue() : "";
        require(!text.isEmpty(), name + " is required as a string");
        return text;
    }

    private static void require(boolean right, String message) {
        if (!right) {
            throw Rejected.invalid("", message);
        }
    }

    private static boolean isText(JsonNode file) {
        return !Set.of("base64", "hex").contains(file.path("encoding").asText());
    }

    private static void putFile(JsonNode file, String otherName, ObjectNode request) {
        String name = file.path("name").asText("");
        String path = name.isEmpty() ? otherName : name;
        String content = file.path("content").textValue();
        switch (file.path("encoding").asText()) {
            case "base64" -> AskedRun.putFile(path, content, request);
            case "hex" -> {
                boolean isHex = content.length() % 2 == 0 && content.matches("[0-9A-Fa-f]*");
                require(isHex, "a file with encoding hex is none");
                AskedRun.putFile(
                        path, Base64.getEncoder().encodeToString(HexFormat.of().parseHex(content)), request);
            }
            default -> request.withObject("/files").put(path, content);
        }
    }

    /** Puts in a time that is there, and not 0. Returns the seconds that count. */
    private static BigDecimal putTime(JsonNode body, String name, RequestField field, Span span, ObjectNode request) {
        Optional<BigDecimal> seconds = limit(
                        body, name, BigDecimal.valueOf(span.max()).movePointRight(3))
                .map(millis -> AskedRun.seconds(millis.max(BigDecimal.ONE).movePointLeft(3)));
        seconds.ifPresent(some -> request.put(field.wireName(), some));
        return seconds.orElse(BigDecimal.valueOf(span.preset()));
    }

    /** Empty if there is none, or it says that there is to be none. */
    private static Optional<BigDecimal> limit(JsonNode body, String name, BigDecimal most) {
        JsonNode node = body.path(name);
        if (node.isMissingNode() || node.isNull() || node.asText().equals("0")) {
            return Optional.empty();
        }
        require(node.isNumber(), "If specified, " + name + " must be a number");
        BigDecimal limit = node.decimalValue();
        String limits = most.stripTrailingZeros().toPlainString();
        require(limit.compareTo(most) <= 0, name + " cannot exceed the configured limit of " + limits);
        require(limit.signum() >= 0 || name.endsWith("memory_limit"), name + " must be non-negative");
        return Optional.of(limit).filter(some -> some.signum() > 0);
    }
}
