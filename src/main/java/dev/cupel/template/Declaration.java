package dev.cupel.template;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.ImagePattern;
import dev.cupel.kubernetes.PerResource;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.request.FilePattern;
import dev.cupel.request.RequestField;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What can be asked of a template, its defaults and limits: {@code parameters.yaml} beside it.
 *
 * @param capture what its results can promise
 * @param allowedImages patterns in which {@code *} stands for anything but a slash
 * @param execution what the supervisor is to do with the code; there is one where, and only where, capture is exact
 */
public record Declaration(
        String description,
        CaptureMode capture,
        Span timeout,
        PerResource<Amount> amounts,
        String image,
        List<String> allowedImages,
        Optional<Execution> execution) {

    /** {@code exact}: the container runs the supervisor. {@code log}: all there will be is the container's log. */
    public enum CaptureMode {
        EXACT,
        LOG;

        public String wireName() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Seconds asked for if nothing is said, and at most. */
    public record Span(int preset, int max) {
        private void tell(ObjectNode json) {
            json.put("default", preset).put("max", max);
        }
    }

    /**
     * What becomes of the code.
     *
     * @param main as what file it lies in the working folder
     * @param compile the compiler's command, where there is one
     * @param run the program's command, to which the request's args are added; they are all of it where this is empty
     * @param compileTimeout there where compile is not empty
     * @param collectFiles the files that come back where a request names none
     */
    public record Execution(
            String main,
            List<String> compile,
            List<String> run,
            Optional<Span> compileTimeout,
            List<FilePattern> collectFiles) {
        public Execution {
            compile = List.copyOf(compile);
            run = List.copyOf(run);
            collectFiles = List.copyOf(collectFiles);
        }

        /** Whether a file of this path would be in the code's way. */
        public boolean isTaken(String path) {
            return path.equals(main) || path.startsWith(main + "/") || main.startsWith(path + "/");
        }

        private void tell(ObjectNode json) {
            json.put("main", main);
            if (!compile.isEmpty()) {
                compile.forEach(json.putArray("compile")::add);
            }
            run.forEach(json.putArray("run")::add);
            compileTimeout.ifPresent(span -> span.tell(json.putObject(RequestField.COMPILE_TIMEOUT.wireName())));
            ArrayNode files =
                    json.putObject(RequestField.COLLECT_FILES.wireName()).putArray("default");
            collectFiles.forEach(pattern -> files.add(pattern.text()));
        }
    }

    /** An amount asked for if nothing is said, and at most. */
    public record Amount(Quantity preset, Quantity max) {}

    public Declaration {
        allowedImages = List.copyOf(allowedImages);
    }

    /** The same with another default image, which is then allowed too. */
    Declaration withImage(String other) {
        return new Declaration(description, capture, timeout, amounts, other, allowedImages, execution);
    }

    public boolean allows(String asked) {
        return asked.equals(image) || lists(asked);
    }

    /** Whether the default would be allowed if it were not the default. */
    boolean listsDefaultImage() {
        return lists(image);
    }

    private boolean lists(String asked) {
        return allowedImages.stream().anyMatch(pattern -> new ImagePattern(pattern).matches(asked));
    }

    /** For {@code GET /templates/NAME}: of what the template takes. */
    ObjectNode toJson(Set<RequestField> taken) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("description", description)
                .put("capture", capture.wireName());
        timeout.tell(json.putObject(RequestField.TIMEOUT.wireName()));
        for (ContainerResource resource : ContainerResource.values()) {
            RequestField field = RequestField.of(resource);
            if (taken.contains(field)) {
                Amount amount = amounts.get(resource);
                json.putObject(field.wireName())
                        .put("default", amount.preset().text())
                        .put("max", amount.max().text());
            }
        }
        ObjectNode images = json.putObject(RequestField.IMAGE.wireName()).put("default", image);
        allowedImages.forEach(images.putArray("allowed")::add);
        execution.ifPresent(some -> some.tell(json));
        return json;
    }
}
