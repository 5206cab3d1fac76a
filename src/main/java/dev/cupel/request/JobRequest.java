package dev.cupel.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.json.Bytes;
import dev.cupel.json.Digest;
import dev.cupel.json.Fields;
import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.rejection.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A request, the data of a {@code requested} event: one program to be run once. What is absent is the template's to say.
 * All limits that hold for every template are checked here; those of a template where it is bound.
 *
 * @param timeoutSeconds 1 to 86400
 * @param files relative path to content, in the program's working folder
 * @param outputLimitBytes 0 to 4194304, for each stream
 * @param queue a Kueue LocalQueue
 * @param runtimeClass the name of a RuntimeClass, such as {@code gvisor}; the installation says which are allowed
 */
public record JobRequest(
        EvalId evalId,
        String code,
        TemplateName template,
        OptionalInt timeoutSeconds,
        Optional<Quantity> memoryLimit,
        Optional<Quantity> cpuLimit,
        Optional<String> image,
        List<String> args,
        Bytes stdin,
        Map<String, Bytes> files,
        Map<String, String> env,
        OptionalInt outputLimitBytes,
        Optional<String> queue,
        Optional<String> runtimeClass) {

    public static final TemplateName DEFAULT_TEMPLATE = new TemplateName("python");
    public static final int MAX_TIMEOUT_SECONDS = 86_400;
    public static final int MAX_OUTPUT_LIMIT = 4 << 20;

    public JobRequest {
        args = List.copyOf(args);
        files = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(files));
        env = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(env));
        RequestLimits.check(code, args, stdin, files, env, image, queue);
        runtimeClass.ifPresent(RequestLimits::checkRuntimeClass);
    }

    /** @throws Rejected with a JSON Pointer to the first field that is not as the contract has it */
    public static JobRequest decode(JsonNode data) {
        Fields fields = Fields.of(data, "");
        JobRequest request = new JobRequest(
                fields.get("eval_id", EvalId::new),
                fields.getText("code"),
                fields.find("template", TemplateName::new).orElse(DEFAULT_TEMPLATE),
                fields.findInt("timeout", 1, MAX_TIMEOUT_SECONDS),
                fields.find("memory_limit", ContainerResource.MEMORY::amount),
                fields.find("cpu_limit", ContainerResource.CPU::amount),
                fields.findText("image"),
                fields.findTexts("args"),
                fields.findContent("stdin").orElse(Bytes.EMPTY),
                fields.findContentMap("files"),
                fields.findTextMap("env"),
                fields.findInt("output_limit", 0, MAX_OUTPUT_LIMIT),
                fields.findText("queue"),
                fields.findText("runtime_class"));
        fields.end();
        return request;
    }

    /**
     * Of all that is asked for, whatever a template makes of it: a request that is told again has the same, even
     * where its template, or Cupel itself, has changed since.
     */
    public Digest digest() {
        List<byte[]> parts = new ArrayList<>();
        add(parts, "eval_id", evalId.value());
        add(parts, "code", code);
        add(parts, "template", template.value());
        timeoutSeconds.ifPresent(seconds -> add(parts, "timeout", Integer.toString(seconds)));
        memoryLimit.ifPresent(quantity -> add(parts, "memory_limit", quantity.text()));
        cpuLimit.ifPresent(quantity -> add(parts, "cpu_limit", quantity.text()));
        image.ifPresent(name -> add(parts, "image", name));
        args.forEach(arg -> add(parts, "args", arg));
        add(parts, "stdin", stdin);
        // JSON objects have no order.
        new TreeMap<>(files).forEach((path, content) -> {
            add(parts, "files", path);
            add(parts, "content", content);
        });
        new TreeMap<>(env).forEach((name, value) -> {
            add(parts, "env", name);
            add(parts, "value", value);
        });
        outputLimitBytes.ifPresent(bytes -> add(parts, "output_limit", Integer.toString(bytes)));
        queue.ifPresent(name -> add(parts, "queue", name));
        runtimeClass.ifPresent(name -> add(parts, "runtime_class", name));
        return Digest.ofParts(parts.toArray(byte[][]::new));
    }

    private static void add(List<byte[]> parts, String field, String value) {
        add(parts, field, Bytes.utf8(value));
    }

    private static void add(List<byte[]> parts, String field, Bytes value) {
        parts.add(field.getBytes(StandardCharsets.UTF_8));
        parts.add(value.toArray());
    }

    /** The {@code eval_id} of data that may be wrong elsewhere, so that a rejection can name it. */
    public static Optional<String> findEvalId(JsonNode data) {
        return Optional.ofNullable(data.get("eval_id"))
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .filter(text -> text.getBytes(StandardCharsets.UTF_8).length <= 1024)
                .filter(text -> text.codePoints().noneMatch(Character::isISOControl));
    }
}
