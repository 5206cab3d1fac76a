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
import java.util.Optional;

/** Reads {@code parameters.yaml}; tells all that is wrong with it. */
final class DeclarationReader {
    private static final int DEFAULT_TIMEOUT_SECONDS = 30;
    private static final int DEFAULT_COMPILE_SECONDS = 60;
    private static final int USUAL_MAX_COMPILE_SECONDS = 600;

    private static final String NONE = "none";

    /** In place of one that is not there, so that lint can still look at the Job. */
    static final Declaration STAND_IN = new Declaration(
            "",
            Declaration.CaptureMode.LOG,
            new Declaration.Span(1, 1),
            PerResource.of(resource -> new Declaration.Amount(resource.least(), resource.least())),
            NONE,
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
        refuseOthers(root, ParameterKey.ALL.stream().map(ParameterKey::name).toList());
        Optional<YamlNode.Mapping> image = mapping(root, ParameterKey.IMAGE);
        String description = text(root, ParameterKey.DESCRIPTION);
        Optional<Declaration.CaptureMode> capture = capture(root);
        Declaration declaration = new Declaration(
                description,
                capture.orElse(Declaration.CaptureMode.LOG),
                span(
                        range(root, ParameterKey.TIMEOUT),
                        new Declaration.Span(DEFAULT_TIMEOUT_SECONDS, JobRequest.MAX_TIMEOUT_SECONDS),
                        ParameterKey.TIMEOUT),
                PerResource.of(resource -> amount(range(root, key(resource)), resource)),
                image.map(at -> text(at, ParameterKey.IMAGE, ParameterKey.DEFAULT))
                        .orElse(NONE),
                image.map(at -> texts(at, ParameterKey.ALLOWED)).orElse(List.of()),
                capture.flatMap(mode -> execution(root, mode)));
        image.ifPresent(at -> checkDefaultImage(at, declaration));
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
                    Check.INVALID_VALUE,
                    "default " + Quoted.of(declaration.image()) + " matches none of the allowed images: "
                            + String.join(", ", declaration.allowedImages()),
                    "add " + Quoted.of(declaration.image()) + " to allowed, or write a default that matches");
        }
    }

    private Optional<Declaration.CaptureMode> capture(YamlNode.Mapping root) {
        String wire = text(root, ParameterKey.CAPTURE);
        List<String> wires = ((ParameterKey.Form.OneOf) ParameterKey.CAPTURE.form()).values();
        Optional<Declaration.CaptureMode> capture = Arrays.stream(Declaration.CaptureMode.values())
                .filter(mode -> mode.wireName().equals(wire))
                .findFirst();
        if (capture.isEmpty() && !wire.equals(NONE)) {
            problem(
                    root.markAt("/capture"),
                    Check.INVALID_VALUE,
                    "capture must be \"exact\" or \"log\", was " + Quoted.of(wire),
                    "write " + Spelling.meant(wire, wires).map(Quoted::of).orElse("\"exact\" or \"log\""));
        }
        return capture;
    }

    private Optional<Declaration.Execution> execution(YamlNode.Mapping root, Declaration.CaptureMode capture) {
        if (capture == Declaration.CaptureMode.LOG) {
            ParameterKey.ALL.stream()
                    .filter(key -> key.need().isExact() && root.find(key.name()).isPresent())
                    .map(ParameterKey::name)
                    .forEach(key -> problem(
                            root.keyMark(key),
                            Check.USELESS_KEY,
                            key + " is nothing for capture \"log\": it is the supervisor that goes by it",
                            "leave " + key + " out, or write capture: \"exact\""));
            return Optional.empty();
        }
        String main = main(root);
        boolean compiles = root.find(ParameterKey.COMPILE.name()).isPresent();
        String timeout = ParameterKey.COMPILE_TIMEOUT.name();
        if (!compiles && root.find(timeout).isPresent()) {
            problem(
                    root.keyMark(timeout),
                    Check.USELESS_KEY,
                    timeout + " is nothing without " + ParameterKey.COMPILE.name(),
                    "leave " + timeout + " out, or add " + ParameterKey.COMPILE.example());
        }
        return Optional.of(new Declaration.Execution(
                main,
                compiles ? words(root, ParameterKey.COMPILE) : List.of(),
                root.find(ParameterKey.RUN.name()).isPresent() ? words(root, ParameterKey.RUN) : missingRun(root),
                compiles
                        ? Optional.of(span(
                                range(root, ParameterKey.COMPILE_TIMEOUT),
                                new Declaration.Span(DEFAULT_COMPILE_SECONDS, USUAL_MAX_COMPILE_SECONDS),
                                ParameterKey.COMPILE_TIMEOUT))
                        : Optional.empty(),
                root.find(ParameterKey.COLLECT_FILES.name()).isPresent() ? patterns(root) : List.of()));
    }

    private String main(YamlNode.Mapping root) {
        String key = ParameterKey.MAIN.name();
        if (root.find(key).isEmpty()) {
            missing(
                    root,
                    ParameterKey.MAIN,
                    "main is required with capture \"exact\": as what file the code lies in the working folder");
            return key;
        }
        String main = text(root, ParameterKey.MAIN);
        RelativePath.fault(main)
                .ifPresent(fault -> problem(
                        root.markAt("/" + key),
                        Check.INVALID_VALUE,
                        "main: " + fault,
                        "write a path below the working folder: " + ParameterKey.MAIN.example()));
        return main;
    }

    private List<String> missingRun(YamlNode.Mapping root) {
        missing(
                root,
                ParameterKey.RUN,
                "run is required with capture \"exact\": the command that runs the program, as a list of strings");
        return List.of();
    }

    private void missing(YamlNode.Mapping root, ParameterKey key, String message) {
        problem(root.mark(), Check.MISSING_KEY, message, "add " + key.example());
    }

    private List<String> words(YamlNode.Mapping root, ParameterKey key) {
        ParameterKey.Form.Texts form = (ParameterKey.Form.Texts) key.form();
        List<String> words = texts(root, key.name());
        boolean readable = root.find(key.name()).orElse(null) instanceof YamlNode.Sequence;
        boolean fits = words.size() >= form.min()
                && words.size() <= form.max()
                && words.stream()
                        .allMatch(word -> !word.isEmpty() && word.length() <= form.length() && word.indexOf('\0') < 0);
        if (readable && !fits) {
            problem(
                    root.markAt("/" + key.name()),
                    Check.INVALID_VALUE,
                    key.name() + " must be " + form.min() + " to " + form.max() + " strings, each of 1 to "
                            + form.length() + " characters and without NUL",
                    "write " + key.example());
        }
        return words;
    }

    private List<FilePattern> patterns(YamlNode.Mapping root) {
        ParameterKey key = ParameterKey.COLLECT_FILES;
        List<FilePattern> patterns = new ArrayList<>();
        List<String> texts = texts(root, key.name());
        for (int i = 0; i < texts.size(); i++) {
            try {
                patterns.add(new FilePattern(texts.get(i)));
            } catch (InvalidValue e) {
                problem(
                        root.markAt("/" + key.name() + "/" + i),
                        Check.INVALID_VALUE,
                        key.name() + " " + e.text(),
                        "write a path or pattern below the working folder: " + key.example());
            }
        }
        boolean readable = root.find(key.name()).orElse(null) instanceof YamlNode.Sequence sequence
                && sequence.items().size() == texts.size();
        if (readable && (texts.isEmpty() || texts.size() > FilePattern.MAX_COUNT)) {
            problem(
                    root.markAt("/" + key.name()),
                    Check.INVALID_VALUE,
                    key.name() + " must be 1 to " + FilePattern.MAX_COUNT + " patterns",
                    "write " + key.example());
        }
        return patterns;
    }

    private Declaration.Span span(YamlNode.Mapping at, Declaration.Span absent, ParameterKey key) {
        int most = ((ParameterKey.Form.Seconds) key.form()).most();
        int max = at.find("max").isPresent()
                ? integer(at, "max")
                : Math.max(absent.max(), at.find("default").isPresent() ? integer(at, "default") : 0);
        int preset = at.find("default").isPresent() ? integer(at, "default") : Math.min(absent.preset(), max);
        if (preset < 1 || preset > max || max > most) {
            problem(
                    at.mark(),
                    Check.INVALID_VALUE,
                    "default must be 1 to max, and max at most " + most,
                    "write whole seconds such as " + key.example());
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
            problem(
                    at.mark(),
                    Check.INVALID_VALUE,
                    "default must be at most max",
                    "lower default to " + Quoted.of(max.text()) + ", or raise max to " + Quoted.of(preset.text()));
        }
        return new Declaration.Amount(preset, max);
    }

    private Optional<Quantity> quantity(YamlNode.Mapping at, String key, ContainerResource resource) {
        Optional<YamlNode> node = at.find(key);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        if (!(node.get() instanceof YamlNode.Text text)) {
            notAString(
                    at, key, "write a quantity in quotes: " + key + ": \"" + ofResource(node.get(), resource) + "\"");
            return Optional.of(resource.least());
        }
        try {
            return Optional.of(resource.amount(text.value()));
        } catch (InvalidValue e) {
            problem(
                    at.markAt("/" + key),
                    Check.INVALID_VALUE,
                    key + " " + e.text(),
                    "write a quantity of at least " + resource.least().text() + ", such as \""
                            + RequestField.amount(resource).preset().text() + "\"");
            return Optional.of(resource.least());
        }
    }

    /** What is most likely meant by a bare number. */
    private static String ofResource(YamlNode node, ContainerResource resource) {
        String usual = RequestField.amount(resource).preset().text();
        String unit = usual.replaceAll("[0-9]", "");
        return node instanceof YamlNode.Literal literal && literal.value().isIntegralNumber() && unit.endsWith("i")
                ? literal.value().asText() + unit
                : usual;
    }

    private int integer(YamlNode.Mapping at, String key) {
        if (at.find(key).orElse(null) instanceof YamlNode.Literal literal
                && literal.value().canConvertToInt()
                && literal.value().isIntegralNumber()) {
            return literal.value().intValue();
        }
        String unquoted = at.find(key).orElse(null) instanceof YamlNode.Text text
                        && text.value().matches("[0-9]{1,9}")
                ? "write " + key + ": " + text.value() + " without quotes"
                : "write whole seconds: " + key + ": 30";
        problem(at.markAt("/" + key), Check.INVALID_VALUE, key + " must be a whole number", unquoted);
        return 1;
    }

    private String text(YamlNode.Mapping at, ParameterKey key) {
        return text(at, key, key.name());
    }

    private String text(YamlNode.Mapping at, ParameterKey key, String name) {
        YamlNode node = at.find(name).orElse(null);
        if (node instanceof YamlNode.Text text && !text.value().isBlank()) {
            return text.value();
        }
        if (node == null) {
            problem(at.mark(), Check.MISSING_KEY, name + " is required", "add " + key.example());
        } else {
            String written =
                    node instanceof YamlNode.Literal literal ? literal.value().asText() : "…";
            notAString(at, name, "write it in quotes: " + name + ": \"" + Quoted.visible(written) + "\"");
        }
        return NONE;
    }

    private void notAString(YamlNode.Mapping at, String key, String instead) {
        problem(at.markAt("/" + key), Check.INVALID_VALUE, key + MUST_BE_A_STRING, instead);
    }

    private List<String> texts(YamlNode.Mapping at, String key) {
        YamlNode node = at.find(key).orElse(null);
        if (node instanceof YamlNode.Sequence sequence
                && sequence.items().stream().allMatch(YamlNode.Text.class::isInstance)) {
            return sequence.items().stream()
                    .map(item -> ((YamlNode.Text) item).value())
                    .toList();
        }
        problem(
                at.markAt("/" + key),
                node == null ? Check.MISSING_KEY : Check.INVALID_VALUE,
                key + " must be a list of strings",
                node instanceof YamlNode.Text text
                        ? "write " + key + ": [" + Quoted.of(text.value()) + "]"
                        : "write " + key + ": [\"…\", \"…\"], each item in quotes");
        return List.of();
    }

    /** A default and a maximum; none are said where the key is left out. */
    private YamlNode.Mapping range(YamlNode.Mapping root, ParameterKey key) {
        YamlNode.Mapping nothing = YamlNode.Mapping.empty(root.mark());
        return root.find(key.name()).isPresent() ? mapping(root, key).orElse(nothing) : nothing;
    }

    private static ParameterKey key(ContainerResource resource) {
        String name = RequestField.of(resource).wireName();
        return ParameterKey.ALL.stream()
                .filter(key -> key.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Optional<YamlNode.Mapping> mapping(YamlNode.Mapping at, ParameterKey key) {
        YamlNode node = at.find(key.name()).orElse(null);
        if (node instanceof YamlNode.Mapping mapping) {
            refuseOthers(mapping, key.below());
            return Optional.of(mapping);
        }
        problem(
                at.markAt("/" + key.name()),
                node == null ? Check.MISSING_KEY : Check.INVALID_VALUE,
                key.name() + " is required, and must be a mapping with " + String.join(", ", sorted(key.below())),
                (node == null ? "add " : "write ") + key.example());
        return Optional.empty();
    }

    private void refuseOthers(YamlNode.Mapping mapping, List<String> keys) {
        mapping.members().keySet().stream().filter(key -> !keys.contains(key)).forEach(key -> {
            // What stands there already was not meant.
            List<String> free =
                    keys.stream().filter(known -> mapping.find(known).isEmpty()).toList();
            problem(
                    mapping.keyMark(key),
                    Check.UNKNOWN_KEY,
                    Quoted.of(key) + " is unknown; known are " + String.join(", ", sorted(keys)),
                    Spelling.meant(key, free).map(meant -> "write " + meant).orElse(Check.UNKNOWN_KEY.advice()));
        });
    }

    private static List<String> sorted(List<String> keys) {
        return keys.stream().sorted().toList();
    }

    private void problem(YamlNode.Mark mark, Check check, String message, String instead) {
        problems.add(new Diagnostic(file, mark, check, message, Optional.of(instead)));
    }
}
