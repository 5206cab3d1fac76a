package dev.cupel.template;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.PerResource;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.request.RequestField;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What can be asked of a template, its defaults and limits: {@code parameters.yaml} beside it.
 *
 * @param capture what its results can promise
 * @param allowedImages patterns in which {@code *} stands for anything but a slash
 */
public record Declaration(
        String description,
        CaptureMode capture,
        Seconds timeout,
        PerResource<Amount> amounts,
        String image,
        List<String> allowedImages) {

    /** {@code exact}: the container runs the supervisor. {@code log}: all there will be is the container's log. */
    public enum CaptureMode {
        EXACT,
        LOG;

        public String wireName() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Seconds asked for if nothing is said, and at most. */
    public record Seconds(int preset, int max) {}

    /** An amount asked for if nothing is said, and at most. */
    public record Amount(Quantity preset, Quantity max) {}

    public Declaration {
        allowedImages = List.copyOf(allowedImages);
    }

    /** The same with another default image, which is then allowed too. */
    Declaration withImage(String other) {
        return new Declaration(description, capture, timeout, amounts, other, allowedImages);
    }

    public boolean allows(String asked) {
        return asked.equals(image) || lists(asked);
    }

    /** Whether the default would be allowed if it were not the default. */
    boolean listsDefaultImage() {
        return lists(image);
    }

    private boolean lists(String asked) {
        return allowedImages.stream()
                .anyMatch(pattern -> glob(pattern).matcher(asked).matches());
    }

    private static Pattern glob(String pattern) {
        String regex = Pattern.quote(pattern).replace("*", "\\E[^/]*\\Q");
        return Pattern.compile(regex);
    }

    /** For {@code GET /templates/NAME}: of what the template takes. */
    ObjectNode toJson(Set<RequestField> taken) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("description", description)
                .put("capture", capture.wireName());
        json.putObject(RequestField.TIMEOUT.wireName())
                .put("default", timeout.preset())
                .put("max", timeout.max());
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
        return json;
    }
}
