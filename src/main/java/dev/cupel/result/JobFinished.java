package dev.cupel.result;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** The data of a {@code finished} event: the result of one Job. What is not known is null on the wire, never a guess. */
public record JobFinished(
        Subject subject,
        Ending ending,
        Output output,
        Parts parts,
        Timings timings,
        Optional<Usage> usage,
        Origin origin) {

    /** Which Job it is about. */
    public record Subject(String evalId, String jobName, String namespace, String uid) {}

    /** How it ended, and why. */
    public record Ending(Reason reason, Optional<String> message, ProgramEnd program) {}

    /**
     * What there is only where it was asked for; on the wire as well.
     *
     * @param cases in the order asked; none where there are no cases
     * @param files of the only program
     * @param filesOmitted how many files are not told here
     */
    public record Parts(
            Optional<CompileResult> compile, List<CaseResult> cases, Optional<FilesResult> files, int filesOmitted) {
        public static final Parts NONE = new Parts(Optional.empty(), List.of(), Optional.empty(), 0);

        public Parts {
            cases = List.copyOf(cases);
        }
    }

    /**
     * What ran, and where it ran otherwise than asked.
     *
     * @param unenforced what was asked for, but not held to; on the wire only where there is any
     */
    public record Origin(Optional<TemplateRef> template, Optional<String> imageId, List<String> unenforced) {
        public Origin {
            unenforced = List.copyOf(unenforced);
        }
    }

    public Reason reason() {
        return ending.reason();
    }

    public Outcome outcome() {
        return reason().outcome();
    }

    public Optional<String> message() {
        return ending.message();
    }

    public ProgramEnd end() {
        return ending.program();
    }

    /** In the contract's field order. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("eval_id", subject.evalId()).put("job_name", subject.jobName());
        json.put("namespace", subject.namespace()).put("uid", subject.uid());
        json.put("outcome", outcome().wireName()).put("reason", reason().wireName());
        json.put("message", message().orElse(null));
        end().write(json);
        output.write(json);
        parts.compile().ifPresent(compile -> json.set("compile", compile.toJson()));
        if (!parts.cases().isEmpty()) {
            var cases = json.putArray("cases");
            parts.cases().forEach(one -> cases.add(one.toJson()));
        }
        parts.files().ifPresent(files -> files.write(json));
        if (parts.filesOmitted() > 0) {
            json.put("files_omitted", parts.filesOmitted());
        }
        json.set("timings", timings.toJson());
        json.set("usage", Output.orNull(usage.map(Usage::toJson)));
        json.set("template", Output.orNull(origin.template().map(TemplateRef::toJson)));
        json.put("image_id", origin.imageId().orElse(null));
        if (!origin.unenforced().isEmpty()) {
            origin.unenforced().forEach(json.putArray("unenforced")::add);
        }
        return json;
    }
}
