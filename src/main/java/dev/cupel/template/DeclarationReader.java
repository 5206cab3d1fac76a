package dev.cupel.template;

import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.PerResource;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.rejection.InvalidValue;
import dev.cupel.rejection.Quoted;
import dev.cupel.request.FilePattern;
import dev.cupel.request.JobRequest;
import dev.cupel.request.RelativePath;
import dev.cupel.request.RequestField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads {@code parameters.yaml}; tells all that is wrong with it. */
final class DeclarationReader {
    private static final String MAIN = "main";
    private static final String COMPILE = "compile";
    private static final String RUN = "run";
    private static final String COMPILE_TIMEOUT = RequestField.COMPILE_TIMEOUT.wireName();
    private static final String COLLECT_FILES = RequestField.COLLECT_FILES.wireName();

    /** What only the supervisor reads. */
    private static final List<String> OF_EXECUTION = List.of(MAIN, COMPILE, RUN, COMPILE_TIMEOUT, COLLECT_FILES);

    private static final Set<String> KEYS = Stream.of(
                    Stream.of("description", "capture", RequestField.TIMEOUT.wireName(), RequestField.IMAGE.wireName()),
                    Arrays.stream(ContainerResource.values())
                            .map(RequestField::of)
                            .map(RequestField::wireName),
                    OF_EXECUTION.stream())
            .flatMap(Function.identity())
            .collect(Collectors.toUnmodifiableSet());
    private static final Set<String> RANGE = Set.of("default", "max");
    private static final int DEFAULT_TIMEOUT_SECONDS = 30;
    private static final int DEFAULT_COMPILE_SECONDS = 60;
    private static final int USUAL_MAX_COMPILE_SECONDS = 600;

    /** Of one command: with the 256 args of a request, short of what a container's list may have. */
    private static final int MAX_WORDS = 64;

    private static final int MAX_WORD = 4096;

    /** In place of one that is not there, so that lint can still look at the Job. */
    static final Declaration STAND_IN = new Declaration(
            "",
            Declaration.CaptureMode.LOG,
            new Declaration.Span(1, 1),
            PerResource.of(resource -> new Declaration.Amount(resource.least(), resource.least())),
            "none",
            List.of(),
            Optional.empty());

    private static final String MUST_BE_A_STRING = " must be a string; quote it";

    private final String file;
    private final List<Diagnostic> problems;

    DeclarationReader(String file, List<Diagnostic> problems) {
        this.file = file;
        this.problems = problems;
    }

    /** What is left out takes a default, but for the image. Where something is wrong a problem says what, and something sound stands in its place. */
    Optional<Declaration> read(String text) {
        return new YamlReader(file, problems).read(text).map(this::declaration);
    }

    private Declaration declaration(YamlNode.Mapping root) {
        refuseOthers(root, KEYS);
        YamlNode.Mapping image = mapping(root, RequestField.IMAGE.wireName(), Set.of("default", "allowed"));
        String description = text(root, "description");
        Optional<Declaration.CaptureMode> capture = capture(root);
        Declaration declaration = new Declaration(
                description,
                capture.orElse(Declaration.CaptureMode.LOG),
                span(
                        range(root, RequestField.TIMEOUT),
                        new Declaration.Span(DEFAULT_TIMEOUT_SECONDS, JobRequest.MAX_TIMEOUT_SECONDS),
                        JobRequest.MAX_TIMEOUT_SECONDS),
                PerResource.of(resource -> amount(range(root, RequestField.of(resource)), resource)),
                text(image, "default"),
                texts(image, "allowed"),
                capture.flatMap(mode -> execution(root, mode)));
        checkDefaultImage(image, declaration);
        return declaration;
    }

    /** Requests may name it only because it is the default: whoever writes it out would be refused by the same template. */
    private void checkDefaultImage(YamlNode.Mapping at, Declaration declaration) {
        boolean readable = at.find("default").orElse(null) instanceof YamlNode.Text
                && at.find("allowed").orElse(null) instanceof YamlNode.Sequence
                && !declaration.allowedImages().isEmpty();
        if (readable && !declaration.listsDefaultImage()) {
            problem(
                    at.markAt("/default"),
                    "default " + Quoted.of(declaration.image()) + " matches none of the allowed images: "
                            + String.join(", ", declaration.allowedImages()));
        }
    }

    private Optional<Declaration.CaptureMode> capture(YamlNode.Mapping root) {
        String wire = text(root, "capture");
        Optional<Declaration.CaptureMode> capture = Arrays.stream(Declaration.CaptureMode.values())
                .filter(mode -> mode.wireName().equals(wire))
                .findFirst();
        if (capture.isEmpty()) {
            problem(root.markAt("/capture"), "capture must be \"exact\" or \"log\", was " + Quoted.of(wire));
        }
        return capture;
    }

    private Optional<Declaration.Execution> execution(YamlNode.Mapping root, Declaration.CaptureMode capture) {
        if (capture == Declaration.CaptureMode.LOG) {
            OF_EXECUTION.stream()
                    .filter(key -> root.find(key).isPresent())
                    .forEach(key -> problem(
                            root.markAt("/" + key),
                            key + " is nothing for capture \"log\": it is the supervisor that goes by it"));
            return Optional.empty();
        }
        String main = main(root);
        boolean compiles = root.find(COMPILE).isPresent();
        if (!compiles && root.find(COMPILE_TIMEOUT).isPresent()) {
            problem(root.markAt("/" + COMPILE_TIMEOUT), COMPILE_TIMEOUT + " is nothing without " + COMPILE);
        }
        return Optional.of(new Declaration.Execution(
                main,
                compiles ? words(root, COMPILE, 1) : List.of(),
                root.find(RUN).isPresent() ? words(root, RUN, 0) : missingRun(root),
                compiles
                        ? Optional.of(span(
                                range(root, RequestField.COMPILE_TIMEOUT),
                                new Declaration.Span(DEFAULT_COMPILE_SECONDS, USUAL_MAX_COMPILE_SECONDS),
                                JobRequest.MAX_COMPILE_SECONDS))
                        : Optional.empty(),
                root.find(COLLECT_FILES).isPresent() ? patterns(root) : List.of()));
    }

    private String main(YamlNode.Mapping root) {
        if (root.find(MAIN).isEmpty()) {
            problem(
                    root.mark(),
                    "main is required with capture \"exact\": as what file the code lies in the working folder");
            return MAIN;
        }
        String main = text(root, MAIN);
        RelativePath.fault(main).ifPresent(fault -> problem(root.markAt("/" + MAIN), "main: " + fault));
        return main;
    }

    private List<String> missingRun(YamlNode.Mapping root) {
        problem(
                root.mark(),
                "run is required with capture \"exact\": the command that runs the program, as a list of strings");
        return List.of();
    }

    private List<String> words(YamlNode.Mapping root, String key, int min) {
        List<String> words = texts(root, key);
        boolean readable = root.find(key).orElse(null) instanceof YamlNode.Sequence;
        boolean fits = words.size() >= min
                && words.size() <= MAX_WORDS
                && words.stream()
                        .allMatch(word -> !word.isEmpty() && word.length() <= MAX_WORD && word.indexOf('\0') < 0);
        if (readable && !fits) {
            problem(
                    root.markAt("/" + key),
                    key + " must be " + min + " to " + MAX_WORDS + " strings, each of 1 to " + MAX_WORD
                            + " characters and without NUL");
        }
        return words;
    }

    private List<FilePattern> patterns(YamlNode.Mapping root) {
        List<FilePattern> patterns = new ArrayList<>();
        List<String> texts = texts(root, COLLECT_FILES);
        for (int i = 0; i < texts.size(); i++) {
            try {
                patterns.add(new FilePattern(texts.get(i)));
            } catch (InvalidValue e) {
                problem(root.markAt("/" + COLLECT_FILES + "/" + i), COLLECT_FILES + " " + e.text());
            }
        }
        boolean readable = root.find(COLLECT_FILES).orElse(null) instanceof YamlNode.Sequence sequence
                && sequence.items().size() == texts.size();
        if (readable && (texts.isEmpty() || texts.size() > FilePattern.MAX_COUNT)) {
            problem(
                    root.markAt("/" + COLLECT_FILES),
                    COLLECT_FILES + " must be 1 to " + FilePattern.MAX_COUNT + " patterns");
        }
        return patterns;
    }

    /** @param most what max may be */
    private Declaration.Span span(YamlNode.Mapping at, Declaration.Span absent, int most) {
        int max = at.find("max").isPresent()
                ? integer(at, "max")
                : Math.max(absent.max(), at.find("default").isPresent() ? integer(at, "default") : 0);
        int preset = at.find("default").isPresent() ? integer(at, "default") : Math.min(absent.preset(), max);
        if (preset < 1 || preset > max || max > most) {
            problem(at.mark(), "default must be 1 to max, and max at most " + most);
            return STAND_IN.timeout();
        }
        return new Declaration.Span(preset, max);
    }

    /** What is left out never contradicts what is said: a default is then at most max, and max at least the default. */
    private Declaration.Amount amount(YamlNode.Mapping at, ContainerResource resource) {
        RequestField.Amount absent = RequestField.amount(resource);
        Optional<Quantity> saidPreset = quantity(at, "default", resource);
        Optional<Quantity> saidMax = quantity(at, "max", resource);
        Quantity preset = saidPreset.orElseGet(
                () -> saidMax.filter(max -> max.compareTo(absent.preset()) < 0).orElse(absent.preset()));
        Quantity max = saidMax.orElseGet(() -> preset.compareTo(absent.max()) > 0 ? preset : absent.max());
        if (preset.compareTo(max) > 0) {
            problem(at.mark(), "default must be at most max");
        }
        return new Declaration.Amount(preset, max);
    }

    private Optional<Quantity> quantity(YamlNode.Mapping at, String key, ContainerResource resource) {
        Optional<YamlNode> node = at.find(key);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        if (!(node.get() instanceof YamlNode.Text text)) {
            problem(at.markAt("/" + key), key + MUST_BE_A_STRING);
            return Optional.of(resource.least());
        }
        try {
            return Optional.of(resource.amount(text.value()));
        } catch (InvalidValue e) {
            problem(at.markAt("/" + key), key + " " + e.text());
            return Optional.of(resource.least());
        }
    }

    private int integer(YamlNode.Mapping at, String key) {
        if (at.find(key).orElse(null) instanceof YamlNode.Literal literal
                && literal.value().canConvertToInt()
                && literal.value().isIntegralNumber()) {
            return literal.value().intValue();
        }
        problem(at.markAt("/" + key), key + " must be a whole number");
        return 1;
    }

    private String text(YamlNode.Mapping at, String key) {
        if (at.find(key).orElse(null) instanceof YamlNode.Text text
                && !text.value().isBlank()) {
            return text.value();
        }
        problem(at.markAt("/" + key), key + MUST_BE_A_STRING);
        return "none";
    }

    private List<String> texts(YamlNode.Mapping at, String key) {
        if (at.find(key).orElse(null) instanceof YamlNode.Sequence sequence
                && sequence.items().stream().allMatch(YamlNode.Text.class::isInstance)) {
            return sequence.items().stream()
                    .map(item -> ((YamlNode.Text) item).value())
                    .toList();
        }
        problem(at.markAt("/" + key), key + " must be a list of strings");
        return List.of();
    }

    /** A default and a maximum; none are said where the key is left out. */
    private YamlNode.Mapping range(YamlNode.Mapping root, RequestField field) {
        return root.find(field.wireName()).isPresent() ? mapping(root, field.wireName(), RANGE) : nothing(root);
    }

    private static YamlNode.Mapping nothing(YamlNode.Mapping at) {
        return new YamlNode.Mapping(Map.of(), at.mark());
    }

    private YamlNode.Mapping mapping(YamlNode.Mapping at, String key, Set<String> keys) {
        if (at.find(key).orElse(null) instanceof YamlNode.Mapping mapping) {
            refuseOthers(mapping, keys);
            return mapping;
        }
        problem(
                at.markAt("/" + key),
                key + " is required, and must be a mapping with " + String.join(", ", sorted(keys)));
        return nothing(at);
    }

    private void refuseOthers(YamlNode.Mapping mapping, Set<String> keys) {
        mapping.members().forEach((key, value) -> {
            if (!keys.contains(key)) {
                problem(value.mark(), Quoted.of(key) + " is unknown; known are " + String.join(", ", sorted(keys)));
            }
        });
    }

    private static List<String> sorted(Set<String> keys) {
        return keys.stream().sorted().toList();
    }

    private void problem(YamlNode.Mark mark, String message) {
        problems.add(new Diagnostic(file, mark, message));
    }
}
