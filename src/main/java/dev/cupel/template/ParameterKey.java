package dev.cupel.template;

import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.request.FilePattern;
import dev.cupel.request.JobRequest;
import dev.cupel.request.RequestField;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A key of {@code parameters.yaml}. The reader takes these and no others, and the schema for editors is made of them.
 *
 * @param sentence what it says, for people
 */
public record ParameterKey(String name, Form form, Need need, String sentence) {
    /** What stands behind the key. */
    public sealed interface Form {
        /** A string that is not blank. */
        record Text() implements Form {}

        /** One of these strings. */
        record OneOf(List<String> values) implements Form {}

        /** A relative path. */
        record Path() implements Form {}

        /** A list of so many strings of 1 to {@code length} characters. */
        record Texts(int min, int max, int length) implements Form {}

        /** A default and a maximum, in whole seconds, of which none is over {@code most}. */
        record Seconds(int most) implements Form {}

        /** A default and a maximum: quantities. */
        record Amount() implements Form {}

        /** A default image and the patterns of those that are allowed. */
        record Image() implements Form {}
    }

    /** When it must, or may, stand there. */
    public enum Need {
        ALWAYS,
        OPTIONAL,
        /** With capture {@code exact}, and only with it. */
        EXACT,
        /** Optional, and only with capture {@code exact}. */
        OPTIONAL_EXACT;

        boolean isExact() {
            return this == EXACT || this == OPTIONAL_EXACT;
        }
    }

    /** Of one command: with the 256 args of a request, short of what a container's list may have. */
    private static final int MAX_WORDS = 64;

    private static final int MAX_WORD = 4096;
    private static final int MAX_PATTERN = 255;

    static final String DEFAULT = "default";
    static final String MAX = "max";
    static final String ALLOWED = "allowed";

    static final ParameterKey DESCRIPTION =
            new ParameterKey("description", new Form.Text(), Need.ALWAYS, "What the template runs, in one sentence");
    static final ParameterKey CAPTURE = new ParameterKey(
            "capture",
            new Form.OneOf(Arrays.stream(Declaration.CaptureMode.values())
                    .map(Declaration.CaptureMode::wireName)
                    .toList()),
            Need.ALWAYS,
            "exact: the supervisor carries what the program printed, byte for byte. log: the result is the container's"
                    + " log");
    static final ParameterKey MAIN = new ParameterKey(
            "main", new Form.Path(), Need.EXACT, "As what file the code lies in the working folder: a relative path");
    static final ParameterKey COMPILE = new ParameterKey(
            "compile",
            new Form.Texts(1, MAX_WORDS, MAX_WORD),
            Need.OPTIONAL_EXACT,
            "The compiler's command, run once in the working folder, before the program");
    static final ParameterKey RUN = new ParameterKey(
            "run",
            new Form.Texts(0, MAX_WORDS, MAX_WORD),
            Need.EXACT,
            "The program's command, with the request's args behind it; an empty list means that args is all of it");
    static final ParameterKey TIMEOUT = new ParameterKey(
            RequestField.TIMEOUT.wireName(),
            new Form.Seconds(JobRequest.MAX_TIMEOUT_SECONDS),
            Need.OPTIONAL,
            "Seconds that the program may run");
    static final ParameterKey COMPILE_TIMEOUT = new ParameterKey(
            RequestField.COMPILE_TIMEOUT.wireName(),
            new Form.Seconds(JobRequest.MAX_COMPILE_SECONDS),
            Need.OPTIONAL_EXACT,
            "Seconds that the compiler may run; only with compile");
    static final ParameterKey IMAGE = new ParameterKey(
            RequestField.IMAGE.wireName(),
            new Form.Image(),
            Need.ALWAYS,
            "The container image, and what a request may have instead; * stands for anything but a slash");
    static final ParameterKey COLLECT_FILES = new ParameterKey(
            RequestField.COLLECT_FILES.wireName(),
            new Form.Texts(1, FilePattern.MAX_COUNT, MAX_PATTERN),
            Need.OPTIONAL_EXACT,
            "The paths and patterns of files that come back where a request names none");

    /** All that there are, in the order in which a file has them. */
    public static final List<ParameterKey> ALL = Stream.of(
                    Stream.of(DESCRIPTION, CAPTURE, MAIN, COMPILE, RUN, TIMEOUT, COMPILE_TIMEOUT),
                    Arrays.stream(ContainerResource.values()).map(ParameterKey::of),
                    Stream.of(IMAGE, COLLECT_FILES))
            .flatMap(keys -> keys)
            .toList();

    private static ParameterKey of(ContainerResource resource) {
        return new ParameterKey(
                RequestField.of(resource).wireName(),
                new Form.Amount(),
                Need.OPTIONAL,
                "A quantity as a string: at least " + resource.least().text() + " of "
                        + resource.name().toLowerCase(Locale.ROOT));
    }

    /** The keys that stand below it; none where it has a value of its own. */
    public List<String> below() {
        return switch (form) {
            case Form.Seconds _, Form.Amount _ -> List.of(DEFAULT, MAX);
            case Form.Image _ -> List.of(DEFAULT, ALLOWED);
            case Form.Text _, Form.OneOf _, Form.Path _, Form.Texts _ -> List.of();
        };
    }

    /** A line of YAML that shows how it is written. */
    String example() {
        String value = switch (form) {
            case Form.Text _ -> "\"One sentence\"";
            case Form.OneOf some -> "\"" + some.values().getFirst() + "\"";
            case Form.Path _ -> "\"main.py\"";
            case Form.Texts some ->
                equals(COLLECT_FILES)
                        ? "[\"*.txt\"]"
                        : some.min() == 0 ? "[\"python3\", \"main.py\"]" : "[\"cc\", \"main.c\"]";
            case Form.Seconds _ -> "{default: 30, max: 3600}";
            case Form.Amount _ -> "{default: \"256Mi\", max: \"8Gi\"}";
            case Form.Image _ ->
                "{default: \"docker.io/library/python:3.13-slim\", allowed: [\"docker.io/library/python:*\"]}";
        };
        return name + ": " + value;
    }
}
