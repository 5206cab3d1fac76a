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
 * Every sample of every exact template on a real node, in the template's default image. {@code -Dcupel.languages=NAMES}, with
 * spaces between, runs only these templates': on the lab, which can pull nothing, those whose images {@code
 * src/test/lab-images} made. {@code -Dcupel.program=TEXT} runs those with that in their name.
 */
@ClusterTest
class LanguagesOnClusterTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static final Set<String> LANGUAGES = Stream.of(
                    System.getProperty("cupel.languages", "").split(" ", -1))
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toUnmodifiableSet());

    @TestFactory
    Stream<DynamicTest> aSampleGivesWhatIsSaidOfIt(Cluster cluster) {
        Api api = new Api(cluster);
        return Sample.templates()
                .filter(template -> LANGUAGES.isEmpty() || LANGUAGES.contains(template.value()))
                .flatMap(Sample::of)
                .map(sample -> dynamicTest(sample.title(), () -> {
                    ObjectNode request = sample.request();
                    request.put("eval_id", "sample-" + UUID.randomUUID());
                    request.put("image", Sample.image(sample.template()));
                    sample.check(api.awaitResult(api.submit(request, Optional.empty()), LIMIT));
                }));
    }
}
