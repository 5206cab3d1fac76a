package dev.cupel.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.json.Bytes;
import dev.cupel.json.Digest;
import dev.cupel.json.Fields;
import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.PerResource;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.rejection.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A request, the data of a {@code requested} event: one program to be run once. What is absent is the template's to say.
 * All limits that hold for every template are checked here; those of a template where it is bound.
 * {@link RequestField} describes its fields.
 */
public record JobRequest(
        EvalId evalId,
        TemplateName template,
        Program program,
        RunLimits limits,
        Optional<String> image,
        Placement placement) {

    public static final TemplateName DEFAULT_TEMPLATE = new TemplateName("python");
    public static final int MAX_TIMEOUT_SECONDS = 86_400;
    public static final int MAX_OUTPUT_LIMIT = 4 << 20;
    public static final int DEFAULT_OUTPUT_LIMIT = 1 << 20;

    public JobRequest {
        RequestLimits.check(
                program.code(),
                program.args(),
                program.stdin(),
                program.files(),
                program.env(),
                image,
                placement.queue());
        placement.runtimeClass().ifPresent(RequestLimits::checkRuntimeClass);
    }

    /** @throws Rejected with a JSON Pointer to the first field that is not as the contract has it */
    public static JobRequest decode(JsonNode data) {
        Fields fields = Fields.of(data, "");
        JobRequest request = new JobRequest(
                fields.get(RequestField.EVAL_ID.wireName(), EvalId::new),
                fields.find(RequestField.TEMPLATE.wireName(), TemplateName::new).orElse(DEFAULT_TEMPLATE),
                new Program(
                        fields.getText(RequestField.CODE.wireName()),
                        fields.findTexts(RequestField.ARGS.wireName()),
                        fields.findContent(RequestField.STDIN.wireName()).orElse(Bytes.EMPTY),
                        fields.findContentMap(RequestField.FILES.wireName()),
                        fields.findTextMap(RequestField.ENV.wireName())),
                new RunLimits(
                        integer(fields, RequestField.TIMEOUT),
                        PerResource.of(resource -> amount(fields, resource)),
                        integer(fields, RequestField.OUTPUT_LIMIT)),
                fields.findText(RequestField.IMAGE.wireName()),
                new Placement(
                        fields.findText(RequestField.QUEUE.wireName()),
                        fields.findText(RequestField.RUNTIME_CLASS.wireName())));
        fields.refuseOthers(RequestField.names());
        return request;
    }

    private static OptionalInt integer(Fields fields, RequestField field) {
        return fields.findInt(field.wireName(), field.min(), field.max());
    }

    private static Optional<Quantity> amount(Fields fields, ContainerResource resource) {
        RequestField field = RequestField.of(resource);
        return fields.find(field.wireName(), resource::amount);
    }

    /**
     * Of all that is asked for, whatever a template makes of it: a request that is told again has the same, even
     * where its template, or Cupel itself, has changed since.
     */
    public Digest digest() {
        List<byte[]> parts = new ArrayList<>();
        add(parts, RequestField.EVAL_ID, evalId.value());
        add(parts, RequestField.CODE, program.code());
        add(parts, RequestField.TEMPLATE, template.value());
        limits.timeoutSeconds().ifPresent(seconds -> add(parts, RequestField.TIMEOUT, Integer.toString(seconds)));
        for (ContainerResource resource : ContainerResource.values()) {
            limits.amounts().get(resource).ifPresent(amount -> add(parts, RequestField.of(resource), amount.text()));
        }
        image.ifPresent(name -> add(parts, RequestField.IMAGE, name));
        program.args().forEach(arg -> add(parts, RequestField.ARGS, arg));
        add(parts, RequestField.STDIN.wireName(), program.stdin());
        // JSON objects have no order.
        new TreeMap<>(program.files()).forEach((path, content) -> {
            add(parts, RequestField.FILES, path);
            add(parts, "content", content);
        });
        new TreeMap<>(program.env()).forEach((name, value) -> {
            add(parts, RequestField.ENV, name);
            add(parts, "value", Bytes.utf8(value));
        });
        limits.outputBytes().ifPresent(bytes -> add(parts, RequestField.OUTPUT_LIMIT, Integer.toString(bytes)));
        placement.queue().ifPresent(name -> add(parts, RequestField.QUEUE, name));
        placement.runtimeClass().ifPresent(name -> add(parts, RequestField.RUNTIME_CLASS, name));
        return Digest.ofParts(parts.toArray(byte[][]::new));
    }

    private static void add(List<byte[]> parts, RequestField field, String value) {
        add(parts, field.wireName(), Bytes.utf8(value));
    }

    private static void add(List<byte[]> parts, String field, Bytes value) {
        parts.add(field.getBytes(StandardCharsets.UTF_8));
        parts.add(value.toArray());
    }

    /** The {@code eval_id} of data that may be wrong elsewhere, so that a rejection can name it. */
    public static Optional<String> findEvalId(JsonNode data) {
        return Optional.ofNullable(data.get(RequestField.EVAL_ID.wireName()))
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .filter(text -> text.getBytes(StandardCharsets.UTF_8).length <= 1024)
                .filter(text -> text.codePoints().noneMatch(Character::isISOControl));
    }
}
