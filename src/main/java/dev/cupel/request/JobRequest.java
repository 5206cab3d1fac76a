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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A request, the data of a {@code requested} event: one program to be run once, or once a case. What is absent is the template's to say.
 * All limits that hold for every template are checked here; those of a template where it is bound.
 * {@link RequestField} describes its fields.
 */
public record JobRequest(
        EvalId evalId,
        TemplateName template,
        Program program,
        Cases cases,
        RunLimits limits,
        List<FilePattern> collectFiles,
        Optional<String> image,
        Placement placement) {

    public static final TemplateName DEFAULT_TEMPLATE = new TemplateName("python");
    public static final int MAX_TIMEOUT_SECONDS = 86_400;

    /** With the longest timeout, short of what a Pod's deadline may be. */
    public static final int MAX_COMPILE_SECONDS = 3_000;

    public static final int MAX_OUTPUT_LIMIT = 4 << 20;
    public static final int DEFAULT_OUTPUT_LIMIT = 1 << 20;

    public JobRequest {
        collectFiles = List.copyOf(collectFiles);
        RequestLimits.check(program, cases, image, placement);
    }

    /** @throws Rejected with a JSON Pointer to the first field that is not as the contract has it */
    public static JobRequest decode(JsonNode data) {
        Fields fields = Fields.of(data, "");
        JobRequest request = new JobRequest(
                fields.get(RequestField.EVAL_ID.wireName(), EvalId::new),
                fields.find(RequestField.TEMPLATE.wireName(), TemplateName::new).orElse(DEFAULT_TEMPLATE),
                new Program(
                        fields.getText(RequestField.CODE.wireName()),
                        fields.findTexts(RequestField.ARGS.wireName()).orElse(List.of()),
                        fields.findContent(RequestField.STDIN.wireName()).orElse(Bytes.EMPTY),
                        fields.findContentMap(RequestField.FILES.wireName()),
                        fields.findTextMap(RequestField.ENV.wireName())),
                Cases.decode(fields),
                new RunLimits(
                        Seconds.find(fields, RequestField.TIMEOUT),
                        Seconds.find(fields, RequestField.CPU_TIMEOUT),
                        Seconds.find(fields, RequestField.COMPILE_TIMEOUT),
                        PerResource.of(resource -> amount(fields, resource)),
                        fields.findInt(
                                RequestField.OUTPUT_LIMIT.wireName(),
                                RequestField.OUTPUT_LIMIT.min(),
                                RequestField.OUTPUT_LIMIT.max())),
                collectFiles(fields),
                fields.findText(RequestField.IMAGE.wireName()),
                new Placement(
                        fields.findText(RequestField.QUEUE.wireName()),
                        fields.findText(RequestField.PRIORITY_CLASS.wireName()),
                        fields.findText(RequestField.RUNTIME_CLASS.wireName())));
        fields.refuseOthers(RequestField.names());
        return request;
    }

    private static List<FilePattern> collectFiles(Fields fields) {
        RequestField field = RequestField.COLLECT_FILES;
        List<String> patterns = fields.findTexts(field.wireName(), field.max()).orElse(List.of());
        return IntStream.range(0, patterns.size())
                .mapToObj(i -> Fields.value(patterns.get(i), field.pointer() + "/" + i, FilePattern::new))
                .toList();
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
        limits.timeout().ifPresent(seconds -> add(parts, RequestField.TIMEOUT, seconds.text()));
        for (ContainerResource resource : ContainerResource.values()) {
            limits.amounts().get(resource).ifPresent(amount -> add(parts, RequestField.of(resource), amount.text()));
        }
        image.ifPresent(name -> add(parts, RequestField.IMAGE, name));
        program.args().forEach(arg -> add(parts, RequestField.ARGS, arg));
        add(parts, RequestField.STDIN.wireName(), program.stdin());
        addFiles(parts, program.files());
        addEnv(parts, program.env());
        limits.outputBytes().ifPresent(bytes -> add(parts, RequestField.OUTPUT_LIMIT, Integer.toString(bytes)));
        placement.queue().ifPresent(name -> add(parts, RequestField.QUEUE, name));
        placement.runtimeClass().ifPresent(name -> add(parts, RequestField.RUNTIME_CLASS, name));
        addLater(parts);
        return Digest.ofParts(parts.toArray(byte[][]::new));
    }

    /** What requests could not ask for at first: at the end, and only where it is asked for, so that old ones keep theirs. */
    private void addLater(List<byte[]> parts) {
        limits.cpuTimeout().ifPresent(seconds -> add(parts, RequestField.CPU_TIMEOUT, seconds.text()));
        limits.compileTimeout().ifPresent(seconds -> add(parts, RequestField.COMPILE_TIMEOUT, seconds.text()));
        collectFiles.forEach(pattern -> add(parts, RequestField.COLLECT_FILES, pattern.text()));
        for (Case one : cases.list()) {
            add(parts, RequestField.CASES, one.name());
            one.args().ifPresent(args -> {
                add(parts, "arguments", Bytes.utf8(Integer.toString(args.size())));
                args.forEach(arg -> add(parts, RequestField.ARGS, arg));
            });
            one.stdin().ifPresent(stdin -> add(parts, RequestField.STDIN.wireName(), stdin));
            addFiles(parts, one.files());
            addEnv(parts, one.env());
            one.timeout().ifPresent(seconds -> add(parts, RequestField.TIMEOUT, seconds.text()));
        }
        if (cases.parallel() > 1) {
            add(parts, RequestField.PARALLEL, Integer.toString(cases.parallel()));
        }
        if (cases.stopAtFirstFailure()) {
            add(parts, RequestField.STOP_AT_FIRST_FAILURE, "true");
        }
        placement.priorityClass().ifPresent(name -> add(parts, RequestField.PRIORITY_CLASS, name));
    }

    /** JSON objects have no order. */
    private static void addFiles(List<byte[]> parts, Map<String, Bytes> files) {
        new TreeMap<>(files).forEach((path, content) -> {
            add(parts, RequestField.FILES, path);
            add(parts, "content", content);
        });
    }

    private static void addEnv(List<byte[]> parts, Map<String, String> env) {
        new TreeMap<>(env).forEach((name, value) -> {
            add(parts, RequestField.ENV, name);
            add(parts, "value", Bytes.utf8(value));
        });
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
