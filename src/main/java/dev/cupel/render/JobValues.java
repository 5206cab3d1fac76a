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
import dev.cupel.request.Seconds;
import dev.cupel.template.Placeholder;
import dev.cupel.template.Template;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;

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
     * @param cases the names of its cases as an annotation holds them, where it has any
     */
    public record Run(
            String code,
            List<String> arguments,
            SupervisorCommand supervisor,
            Map<String, String> env,
            Optional<String> cases) {
        public Run {
            arguments = List.copyOf(arguments);
            env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
        }
    }

    /**
     * What holds for this Job.
     *
     * @param compileTimeout there where the template compiles
     */
    public record Limits(
            Seconds timeout,
            Optional<Seconds> cpuTimeout,
            Optional<Seconds> compileTimeout,
            PerResource<Quantity> amounts,
            int outputBytes) {
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

    public long deadlineSeconds() {
        Seconds compiling = limits.compileTimeout().orElse(Seconds.whole(0));
        return limits.timeout().plus(compiling).roundedUp() + GRACE_SECONDS;
    }

    /** The pod's deadline: the supervisor's timeouts and a grace or, without a supervisor, the timeout itself. */
    public long podDeadlineSeconds(Template template) {
        return template.supervised() ? deadlineSeconds() : limits.timeout().roundedUp();
    }

    /** The eval_id in the form that a label takes. */
    public String evalIdLabel() {
        return LabelValue.of(evalId.value());
    }

    /** The value as text; {@code SUPERVISOR}, {@code PROGRAM} and {@code ENV} are lists and have none. */
    String text(Placeholder placeholder) {
        return switch (placeholder) {
            case JOB_NAME -> jobName.value();
            case EVAL_ID -> evalId.value();
            case CREATED_AT -> createdAt;
            case TIMEOUT -> Long.toString(limits.timeout().roundedUp());
            case EXECUTOR_IMAGE -> image;
            case MEMORY_LIMIT -> limits.text(ContainerResource.MEMORY);
            case CPU_LIMIT -> limits.text(ContainerResource.CPU);
            case TMP_LIMIT -> limits.text(ContainerResource.TMP);
            case CODE -> run.code();
            case DEADLINE -> Long.toString(deadlineSeconds());
            case OUTPUT_LIMIT -> Integer.toString(limits.outputBytes());
            case SUPERVISOR, PROGRAM, ENV -> throw new IllegalArgumentException(placeholder + " is a list");
        };
    }

    /** The supervisor's arguments as a manifest holds them. */
    public List<String> escapedProgram() {
        return escaped(run.arguments());
    }

    /** The container's command as a manifest holds it: the supervisor's, or the template's own. */
    public List<String> escapedCommand(Template template) {
        return template.supervised()
                ? escaped(run.supervisor().words())
                : template.command().stream().map(this::filled).toList();
    }

    /** The variables that the template itself sets, as a manifest holds them. */
    public Map<String, String> ownEnvironment(Template template) {
        Map<String, String> variables = new LinkedHashMap<>();
        template.ownEnv().forEach((name, value) -> variables.put(name, filled(value)));
        return variables;
    }

    /** A template's text with its placeholders filled where Kubernetes expands what stands there. */
    private String filled(String text) {
        return Placeholder.PATTERN
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(Placeholder.find(found.group())
                        .filter(placeholder -> !placeholder.isList())
                        .map(placeholder -> Expansion.escape(text(placeholder)))
                        .orElse(found.group())));
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
