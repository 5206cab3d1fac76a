package dev.cupel.request;

import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.DnsName;
import dev.cupel.kubernetes.ImageReference;
import dev.cupel.kubernetes.LabelValue;
import dev.cupel.kubernetes.Quantity;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a request may hold, field by field, in the order in which it is told everywhere: the decoder, a template's
 * declaration, {@code GET /templates}, OpenAPI and the tables of the documentation all take it from here. The limits are
 * those that hold for every template; a template may have lower ones.
 */
public enum RequestField {
    EVAL_ID(
            Kind.TEXT,
            1,
            EvalId.MAX_LENGTH,
            "required",
            "Your name for the run: 1 to " + EvalId.MAX_LENGTH + " characters, any Unicode, no control characters. The"
                    + " label holds a safe form, the annotation the exact one"),
    CODE(
            Kind.TEXT,
            1,
            RequestLimits.MAX_CONTENT,
            "required",
            "The program: not empty, at most 1 MiB as UTF-8, no unpaired surrogates"),
    TEMPLATE(Kind.TEXT, 1, DnsName.MAX_LABEL, "`python`", "A name in the template folder"),
    TIMEOUT(
            Kind.NUMBER,
            1,
            JobRequest.MAX_TIMEOUT_SECONDS * 1000,
            Texts.TEMPLATES,
            "Seconds that the program may run, with `cases` all of them together: 0.001 to the template's `max` ("
                    + JobRequest.MAX_TIMEOUT_SECONDS + " unless it says less)"),
    CPU_TIMEOUT(
            Kind.NUMBER,
            1,
            JobRequest.MAX_TIMEOUT_SECONDS * 1000,
            Texts.NONE,
            "Seconds of processor time that the program and all its children may take, with `cases` in each of them:"
                    + " 0.001 to 86400"),
    COMPILE_TIMEOUT(
            Kind.NUMBER,
            1,
            JobRequest.MAX_COMPILE_SECONDS * 1000,
            Texts.TEMPLATES,
            "Seconds that the compiler may run, where the template has one: 0.001 to the template's `max`"),
    MEMORY_LIMIT(
            ContainerResource.MEMORY,
            "256Mi",
            "8Gi",
            "Memory: at least `4Mi`, at most the template's `max`. The Job requests the template's request, or this if it"
                    + " is less"),
    CPU_LIMIT(
            ContainerResource.CPU,
            "500m",
            "4",
            "Processor: at least `1m`, at most the template's `max`. The Job requests the template's request, or this if"
                    + " it is less"),
    TMP_LIMIT(
            ContainerResource.TMP,
            "100Mi",
            "1Gi",
            "The size of `/tmp`, all that a program can write to: at least `4Mi`, at most the template's `max`"),
    IMAGE(
            Kind.TEXT,
            1,
            ImageReference.MAX_LENGTH,
            Texts.TEMPLATES,
            "Must match one of the template's allowed image patterns, and one of the installation's (`CUPEL_IMAGES`)"),
    ARGS(
            Kind.TEXTS,
            0,
            RequestLimits.MAX_COUNT,
            "`[]`",
            "The program's own arguments: at most " + RequestLimits.MAX_COUNT + ", together at most 64 KiB"),
    STDIN(Kind.CONTENT, 0, RequestLimits.MAX_CONTENT, "empty", "With `code` and `files`, at most 1 MiB"),
    FILES(
            Kind.CONTENTS,
            0,
            RequestLimits.MAX_COUNT,
            "`{}`",
            "Files in the program's working folder: at most " + RequestLimits.MAX_COUNT
                    + ", no `..`, no absolute path, and not the template's `main`,"
                    + " which is the code"),
    ENV(
            Kind.TEXT_MAP,
            0,
            RequestLimits.MAX_COUNT,
            "`{}`",
            "Environment variables: at most " + RequestLimits.MAX_COUNT
                    + ", together at most 64 KiB. C identifiers; no name that the platform or the"
                    + " template sets"),
    CASES(
            Kind.CASES,
            1,
            1000,
            Texts.NONE,
            "Runs of the program in one Job, 1 to 1000, one after another. Each may have `name`, `args`, `stdin`, `files`,"
                    + " `env`, `timeout`"),
    PARALLEL(
            Kind.INTEGER,
            1,
            64,
            "`1`",
            "Only with `cases`: how many of them run at the same time, 1 to 64, at most `cpu_limit` rounded up to whole"
                    + " processors"),
    STOP_AT_FIRST_FAILURE(
            Kind.BOOLEAN,
            0,
            0,
            "`false`",
            "Only with `cases`: whether those after the first that is no success are left out"),
    OUTPUT_LIMIT(
            Kind.INTEGER,
            0,
            JobRequest.MAX_OUTPUT_LIMIT,
            "`" + JobRequest.DEFAULT_OUTPUT_LIMIT + "`",
            "Bytes kept of each stream: 0 to " + JobRequest.MAX_OUTPUT_LIMIT),
    COLLECT_FILES(
            Kind.TEXTS,
            1,
            FilePattern.MAX_COUNT,
            Texts.TEMPLATES,
            "Files of the working folder that the result is to hold, by path or pattern (`*`, `?`, `[…]`, `**`): 1 to 64,"
                    + " each 1 to 255 characters, no `..`, no absolute path"),
    QUEUE(
            Kind.TEXT,
            1,
            LabelValue.MAX_LENGTH,
            Texts.NONE,
            "A Kueue LocalQueue that the installation lists (`CUPEL_QUEUES`); none in local mode"),
    PRIORITY_CLASS(
            Kind.TEXT,
            1,
            LabelValue.MAX_LENGTH,
            Texts.NONE,
            "Only with `queue`: a Kueue WorkloadPriorityClass that the installation lists (`CUPEL_PRIORITY_CLASSES`)"),
    RUNTIME_CLASS(
            Kind.TEXT,
            1,
            LabelValue.MAX_LENGTH,
            Texts.NONE,
            "A RuntimeClass that the installation allows (`CUPEL_RUNTIME_CLASSES`), such as `gvisor`");

    /** What JSON a field is. */
    public enum Kind {
        TEXT("string"),
        INTEGER("integer"),
        NUMBER("number, at most three decimals"),
        BOOLEAN("boolean"),
        QUANTITY("Kubernetes quantity, string"),
        TEXTS("array of strings"),
        CONTENT("string, or `{\"base64\": …}`"),
        CONTENTS("object: relative path → string, or `{\"base64\": …}`"),
        TEXT_MAP("object of strings"),
        CASES("array of objects");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** As the documentation says it. */
        public String text() {
            return text;
        }
    }

    /**
     * What a field of a quantity is about.
     *
     * @param preset where neither the request nor the template's declaration says one
     * @param max where the template's declaration says none
     */
    public record Amount(ContainerResource resource, Quantity preset, Quantity max) {}

    private static final List<String> NAMES =
            Arrays.stream(values()).map(RequestField::wireName).toList();

    private final String wire = name().toLowerCase(Locale.ROOT);
    private final Kind kind;
    private final int min;
    private final int max;
    private final String preset;
    private final String sentence;
    private final Optional<ContainerResource> resource;
    private final String presetAmount;
    private final String maxAmount;

    RequestField(Kind kind, int min, int max, String preset, String sentence) {
        this.kind = kind;
        this.min = min;
        this.max = max;
        this.preset = preset;
        this.sentence = sentence;
        this.resource = Optional.empty();
        this.presetAmount = "";
        this.maxAmount = "";
    }

    RequestField(ContainerResource resource, String preset, String max, String sentence) {
        this.kind = Kind.QUANTITY;
        this.min = 0;
        this.max = 0;
        this.preset = Texts.TEMPLATES;
        this.sentence = sentence;
        this.resource = Optional.of(resource);
        this.presetAmount = preset;
        this.maxAmount = max;
    }

    /** The field that asks for this resource. */
    public static RequestField of(ContainerResource resource) {
        return switch (resource) {
            case MEMORY -> MEMORY_LIMIT;
            case CPU -> CPU_LIMIT;
            case TMP -> TMP_LIMIT;
        };
    }

    /** What neither a request nor a template's declaration says. */
    public static Amount amount(ContainerResource resource) {
        return of(resource).amount().orElseThrow();
    }

    /** The names of all fields. */
    public static List<String> names() {
        return NAMES;
    }

    /** The name in JSON. */
    public String wireName() {
        return wire;
    }

    /** Where it stands in a request, as a JSON Pointer. */
    public String pointer() {
        return "/" + wire;
    }

    public Kind kind() {
        return kind;
    }

    /** The least: an integer itself, a number's thousandths, a string's characters, a list's or an object's entries. */
    public int min() {
        return min;
    }

    /** The most, as {@link #min}. */
    public int max() {
        return max;
    }

    /** What an absent one stands for, as the documentation says it. */
    public String preset() {
        return preset;
    }

    public boolean isRequired() {
        return preset.equals("required");
    }

    /** What it is for and what it may be, as one sentence. */
    public String sentence() {
        return sentence;
    }

    /** Of a quantity: what it is about. */
    public Optional<Amount> amount() {
        return resource.map(asked -> new Amount(asked, new Quantity(presetAmount), new Quantity(maxAmount)));
    }

    private static final class Texts {
        static final String TEMPLATES = "the template's";
        static final String NONE = "none";

        private Texts() {}
    }
}
