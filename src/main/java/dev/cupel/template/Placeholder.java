package dev.cupel.template;

import dev.cupel.request.RequestField;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A part of a template that each request fills: {@code __NAME__} in a string. */
public enum Placeholder {
    JOB_NAME(Form.TEXT, "the Job's name: a DNS label"),
    EVAL_ID(Form.TEXT, "the asker's name for the run; in a label its safe form, elsewhere exactly"),
    CREATED_AT(Form.TEXT, "when the run was requested, RFC 3339"),
    TIMEOUT(Form.NUMBER, "seconds that the program may run, rounded up: an integer"),
    EXECUTOR_IMAGE(Form.TEXT, "the container image"),
    MEMORY_LIMIT(Form.TEXT, "a quantity: memory"),
    CPU_LIMIT(Form.TEXT, "a quantity: processor"),
    TMP_LIMIT(Form.TEXT, "a quantity: the size of `/tmp`"),
    CODE(Form.TEXT, "the program's source, as one argument"),
    PROGRAM(
            Form.LIST,
            "what the supervisor is told: limits, commands, code, stdin, files, cases and args, as several arguments"),
    SUPERVISOR(Form.LIST, "the whole command that starts the supervisor, as several words"),
    ENV(Form.LIST, "in a list of environment variables: those of the request"),
    DEADLINE(Form.NUMBER, "seconds after which the kubelet ends the pod: the timeout and a grace, an integer"),
    OUTPUT_LIMIT(Form.NUMBER, "bytes kept of each stream: an integer");

    /** A placeholder, or a text that looks like a mistyped one. */
    public static final Pattern PATTERN = Pattern.compile("__[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*(?:__)?");

    /** What it becomes. */
    private enum Form {
        TEXT,
        NUMBER,
        LIST
    }

    private final Form form;
    private final String meaning;

    Placeholder(Form form, String meaning) {
        this.form = form;
        this.meaning = meaning;
    }

    /** The fields that a template takes only if it has this placeholder, or another one that carries them. */
    Set<RequestField> carries() {
        return switch (this) {
            case EXECUTOR_IMAGE -> Set.of(RequestField.IMAGE);
            case MEMORY_LIMIT -> Set.of(RequestField.MEMORY_LIMIT);
            case CPU_LIMIT -> Set.of(RequestField.CPU_LIMIT);
            case TMP_LIMIT -> Set.of(RequestField.TMP_LIMIT);
            case PROGRAM ->
                Set.of(
                        RequestField.CPU_TIMEOUT,
                        RequestField.COMPILE_TIMEOUT,
                        RequestField.ARGS,
                        RequestField.STDIN,
                        RequestField.FILES,
                        RequestField.CASES,
                        RequestField.PARALLEL,
                        RequestField.STOP_AT_FIRST_FAILURE,
                        RequestField.OUTPUT_LIMIT,
                        RequestField.COLLECT_FILES);
            case ENV -> Set.of(RequestField.ENV);
            case JOB_NAME, EVAL_ID, CREATED_AT, TIMEOUT, CODE, SUPERVISOR, DEADLINE, OUTPUT_LIMIT -> Set.of();
        };
    }

    /** Whether it becomes several items of a list; where it stands in a text, the template is faulty. */
    public boolean isList() {
        return form == Form.LIST;
    }

    /** Whether it becomes a number where it is a whole scalar, and no text is asked for. */
    public boolean isNumber() {
        return form == Form.NUMBER;
    }

    /** What it stands for, for documentation. */
    public String meaning() {
        return meaning;
    }

    /** As it stands in a template. */
    public String token() {
        return "__" + name() + "__";
    }

    public static Optional<Placeholder> find(String token) {
        return Arrays.stream(values()).filter(p -> p.token().equals(token)).findFirst();
    }

    /** The placeholder that was most likely meant. */
    static Placeholder nearest(String token) {
        String name = token.replaceAll("^_+|_+$", "");
        return Arrays.stream(values())
                .min(java.util.Comparator.comparingInt(p -> distance(p.name(), name)))
                .orElseThrow();
    }

    /** A name is also near if the other one begins with it. */
    private static int distance(String a, String b) {
        return !b.isEmpty() && a.startsWith(b) ? 0 : Spelling.distance(a, b);
    }
}
