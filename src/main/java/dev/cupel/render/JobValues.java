package dev.cupel.render;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.Expansion;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.LabelValue;
import dev.cupel.kubernetes.PerResource;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.request.EvalId;
import dev.cupel.request.Placement;
import dev.cupel.template.Placeholder;
import dev.cupel.template.Template;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a request and a template's declaration come to: a value for every placeholder. All three strategies build the Job
 * from this and nothing else.
 *
 * @param createdAt RFC 3339
 */
public record JobValues(
        JobName jobName, EvalId evalId, String createdAt, Run run, Limits limits, String image, Placement placement) {

    /**
     * What the container runs.
     *
     * @param arguments the supervisor's; empty where there is no supervisor
     */
    public record Run(String code, List<String> arguments, Optional<String> supervisor, Map<String, String> env) {
        public Run {
            arguments = List.copyOf(arguments);
            env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
        }
    }

    /** What holds for this Job. */
    public record Limits(int timeoutSeconds, PerResource<Quantity> amounts, int outputBytes) {
        /** The amount as a manifest has it. */
        public String text(ContainerResource resource) {
            return amounts.get(resource).text();
        }
    }

    /**
     * The supervisor ends the program at its timeout; the kubelet's deadline is the second line. It counts from the
     * pod's start, pulling the image included, so it leaves time for that.
     */
    static final int GRACE_SECONDS = 120;

    public int deadlineSeconds() {
        return limits.timeoutSeconds() + GRACE_SECONDS;
    }

    /** The pod's deadline: the supervisor's timeout and a grace or, without a supervisor, the timeout itself. */
    public long podDeadlineSeconds(Template template) {
        return template.supervised() ? deadlineSeconds() : limits.timeoutSeconds();
    }

    /** The eval_id in the form that a label takes. */
    public String evalIdLabel() {
        return LabelValue.of(evalId.value());
    }

    /** The container's command, not yet escaped for Kubernetes: the supervisor's, or the note's {@code python -u -c}. */
    public List<String> command(Template template) {
        return template.supervised()
                ? List.of("python3", "-I", "-S", "-u", "-c", run.supervisor().orElse(""))
                : List.of("python", "-u", "-c", run.code());
    }

    /** The value as text; {@code PROGRAM} and {@code ENV} are lists and have none. */
    String text(Placeholder placeholder) {
        return switch (placeholder) {
            case JOB_NAME -> jobName.value();
            case EVAL_ID -> evalId.value();
            case CREATED_AT -> createdAt;
            case TIMEOUT -> Integer.toString(limits.timeoutSeconds());
            case EXECUTOR_IMAGE -> image;
            case MEMORY_LIMIT -> limits.text(ContainerResource.MEMORY);
            case CPU_LIMIT -> limits.text(ContainerResource.CPU);
            case TMP_LIMIT -> limits.text(ContainerResource.TMP);
            case CODE -> run.code();
            case SUPERVISOR -> run.supervisor().orElse("");
            case DEADLINE -> Integer.toString(deadlineSeconds());
            case OUTPUT_LIMIT -> Integer.toString(limits.outputBytes());
            case PROGRAM, ENV -> throw new IllegalArgumentException(placeholder + " is a list");
        };
    }

    /** The supervisor's arguments as a manifest holds them. */
    public List<String> escapedProgram() {
        return escaped(run.arguments());
    }

    /** {@link #command} as a manifest holds it. */
    public List<String> escapedCommand(Template template) {
        return escaped(command(template));
    }

    /** The request's own variables as items of a container's {@code env}. */
    public List<ObjectNode> environment() {
        return run.env().entrySet().stream()
                .map(entry -> JsonNodeFactory.instance
                        .objectNode()
                        .put("name", entry.getKey())
                        .put("value", Expansion.escape(entry.getValue())))
                .toList();
    }

    private static List<String> escaped(List<String> texts) {
        return texts.stream().map(Expansion::escape).toList();
    }
}
