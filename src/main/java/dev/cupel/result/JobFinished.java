package dev.cupel.result;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * The data of a {@code finished} event: the result of one run. What is not known is null on the wire, never a guess.
 *
 * @param unenforced what was asked for, but not held to; on the wire only where there is any
 */
public record JobFinished(
        Subject subject,
        Reason reason,
        Optional<String> message,
        ProgramEnd end,
        Output output,
        Timings timings,
        Optional<Usage> usage,
        Optional<TemplateRef> template,
        Optional<String> imageId,
        List<String> unenforced) {
    public JobFinished {
        unenforced = List.copyOf(unenforced);
    }

    /** Which Job it is about. */
    public record Subject(String evalId, String jobName, String namespace, String uid) {}

    /** What the program printed; a stream that is not known is absent. */
    public record Output(Capture capture, Optional<StreamOutput> stdout, Optional<StreamOutput> stderr, Urls urls) {}

    /** Where the rest of a stream is that is not whole here. On the wire only where there is one. */
    public record Urls(Optional<String> stdout, Optional<String> stderr) {
        public static final Urls NONE = new Urls(Optional.empty(), Optional.empty());
    }

    public Outcome outcome() {
        return reason.outcome();
    }

    /** In the contract's field order. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("eval_id", subject.evalId()).put("job_name", subject.jobName());
        json.put("namespace", subject.namespace()).put("uid", subject.uid());
        json.put("outcome", outcome().wireName()).put("reason", reason.wireName());
        json.put("message", message.orElse(null));
        json.put("exit_code", end.exitCode().orElse(null));
        json.put("signal", end.signal().orElse(null));
        json.set("stdout", orNull(output.stdout().map(StreamOutput::toJson)));
        json.set("stderr", orNull(output.stderr().map(StreamOutput::toJson)));
        output.urls().stdout().ifPresent(url -> json.put("stdout_url", url));
        output.urls().stderr().ifPresent(url -> json.put("stderr_url", url));
        json.put("capture", output.capture().wireName());
        json.set("timings", timings.toJson());
        json.set("usage", orNull(usage.map(Usage::toJson)));
        json.set("template", orNull(template.map(TemplateRef::toJson)));
        json.put("image_id", imageId.orElse(null));
        if (!unenforced.isEmpty()) {
            unenforced.forEach(json.putArray("unenforced")::add);
        }
        return json;
    }

    private static JsonNode orNull(Optional<ObjectNode> node) {
        return node.isPresent() ? node.get() : JsonNodeFactory.instance.nullNode();
    }
}
