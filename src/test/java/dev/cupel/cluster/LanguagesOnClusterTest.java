package dev.cupel.cluster;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.programs.Sample;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every sample of every exact template on a real node, in the template's default image: of those templates whose image is
 * there. For the lab, which can pull nothing, {@code src/test/lab-images} makes them. {@code -Dcupel.program=TEXT} runs those
 * with that in their name.
 */
@ClusterTest
class LanguagesOnClusterTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TestFactory
    Stream<DynamicTest> aSampleGivesWhatIsSaidOfIt(Cluster cluster) {
        Set<String> images = cluster.client().nodes().list().getItems().stream()
                .flatMap(node -> node.getStatus().getImages().stream())
                .flatMap(image -> image.getNames().stream())
                .collect(Collectors.toSet());
        Sample.templates()
                .filter(template -> !images.contains(Sample.image(template)))
                .forEach(template -> System.out.println(
                        "Template " + template.value() + " is left out: no node has " + Sample.image(template)));
        Api api = new Api(cluster);
        return Sample.templates()
                .filter(template -> images.contains(Sample.image(template)))
                .flatMap(Sample::of)
                .map(sample -> dynamicTest(sample.title(), () -> {
                    ObjectNode request = sample.request();
                    request.put("eval_id", "sample-" + UUID.randomUUID());
                    request.put("image", Sample.image(sample.template()));
                    sample.check(api.awaitResult(api.submit(request, Optional.empty()), LIMIT));
                }));
    }
}
