package dev.cupel.template;

import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.rejection.InvalidValue;
import dev.cupel.rejection.Quoted;
import dev.cupel.request.JobRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code parameters.yaml}; tells all that is wrong with it. */
final class DeclarationReader {
    private static final Set<String> KEYS =
            Set.of("description", "capture", "timeout", "memory_limit", "cpu_limit", "image");
    private static final Declaration.Amount LEAST_MEMORY = least(ContainerResource.MEMORY);
    private static final Declaration.Amount LEAST_CPU = least(ContainerResource.CPU);

    /** In place of one that is not there, so that lint can still look at the Job. */
    static final Declaration STAND_IN = new Declaration(
            "", Declaration.CaptureMode.LOG, new Declaration.Seconds(1, 1), LEAST_MEMORY, LEAST_CPU, "none", List.of());

    private static final String MUST_BE_A_STRING = " must be a string; quote it";

    private final String file;
    private final List<Diagnostic> problems;

    DeclarationReader(String file, List<Diagnostic> problems) {
        this.file = file;
        this.problems = problems;
    }

    private static Declaration.Amount least(ContainerResource resource) {
        return new Declaration.Amount(resource.least(), resource.least());
    }

    /** Where something is wrong a problem says what, and something sound stands in its place. */
    Optional<Declaration> read(String text) {
        return new YamlReader(file, problems).read(text).map(this::declaration);
    }

    private Declaration declaration(YamlNode.Mapping root) {
        refuseOthers(root, KEYS);
        YamlNode.Mapping image = mapping(root, "image", Set.of("default", "allowed"));
        Declaration declaration = new Declaration(
                text(root, "description"),
                capture(root),
                seconds(mapping(root, "timeout", Set.of("default", "max"))),
                amount(mapping(root, "memory_limit", Set.of("default", "max")), ContainerResource.MEMORY),
                amount(mapping(root, "cpu_limit", Set.of("default", "max")), ContainerResource.CPU),
                text(image, "default"),
                texts(image, "allowed"));
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

    private Declaration.CaptureMode capture(YamlNode.Mapping root) {
        String wire = text(root, "capture");
        return Arrays.stream(Declaration.CaptureMode.values())
                .filter(mode -> mode.wireName().equals(wire))
                .findFirst()
                .orElseGet(() -> {
                    problem(root.markAt("/capture"), "capture must be \"exact\" or \"log\", was " + Quoted.of(wire));
                    return Declaration.CaptureMode.LOG;
                });
    }

    private Declaration.Seconds seconds(YamlNode.Mapping at) {
        int max = at.find("max").isPresent() ? integer(at, "max") : JobRequest.MAX_TIMEOUT_SECONDS;
        int preset = integer(at, "default");
        if (preset < 1 || preset > max || max > JobRequest.MAX_TIMEOUT_SECONDS) {
            problem(at.mark(), "default must be 1 to max, and max at most " + JobRequest.MAX_TIMEOUT_SECONDS);
            return STAND_IN.timeout();
        }
        return new Declaration.Seconds(preset, max);
    }

    private Declaration.Amount amount(YamlNode.Mapping at, ContainerResource resource) {
        Declaration.Amount amount =
                new Declaration.Amount(quantity(at, "default", resource), quantity(at, "max", resource));
        if (amount.preset().compareTo(amount.max()) > 0) {
            problem(at.mark(), "default must be at most max");
        }
        return amount;
    }

    private Quantity quantity(YamlNode.Mapping at, String key, ContainerResource resource) {
        if (!(at.find(key).orElse(null) instanceof YamlNode.Text text)) {
            problem(at.markAt("/" + key), key + MUST_BE_A_STRING);
            return resource.least();
        }
        try {
            return resource.amount(text.value());
        } catch (InvalidValue e) {
            problem(at.markAt("/" + key), key + " " + e.text());
            return resource.least();
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

    private YamlNode.Mapping mapping(YamlNode.Mapping at, String key, Set<String> keys) {
        if (at.find(key).orElse(null) instanceof YamlNode.Mapping mapping) {
            refuseOthers(mapping, keys);
            return mapping;
        }
        problem(at.markAt("/" + key), key + " is required, and must be a mapping with " + String.join(", ", keys));
        return new YamlNode.Mapping(java.util.Map.of(), at.mark());
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
