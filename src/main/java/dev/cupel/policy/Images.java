package dev.cupel.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.kubernetes.ImagePattern;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The images that any Job may have here, whatever its template allows.
 *
 * @param patterns if there are none, the templates alone say which
 * @param executorImage allowed beside them: the default of templates here
 */
public record Images(List<ImagePattern> patterns, Optional<String> executorImage) {
    private static final String POINTER = "/spec/template/spec/containers/0/image";

    public Images {
        patterns = List.copyOf(patterns);
    }

    /** All that a template allows. */
    public static Images any() {
        return new Images(List.of(), Optional.empty());
    }

    public boolean allow(String image) {
        return patterns.isEmpty()
                || executorImage.filter(image::equals).isPresent()
                || patterns.stream().anyMatch(pattern -> pattern.matches(image));
    }

    /** Why an image is not allowed. */
    public String fault(String image) {
        return Quoted.of(image) + " is none of the images that this installation allows (CUPEL_IMAGES): "
                + Stream.concat(patterns.stream().map(ImagePattern::text), executorImage.stream())
                        .distinct()
                        .collect(Collectors.joining(", "));
    }

    /** @throws Rejected {@code ImageNotAllowed} if a manifest has another */
    void check(JsonNode job) {
        String image = job.at(POINTER).asText();
        if (!allow(image)) {
            throw new Rejected(RejectionReason.IMAGE_NOT_ALLOWED, "/manifest" + POINTER, fault(image));
        }
    }
}
