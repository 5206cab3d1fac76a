package dev.cupel.cluster;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.programs.Place;
import dev.cupel.programs.Program;
import dev.cupel.programs.Programs;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The table of programs on a real node, under both runtimes. {@code -Dcupel.program=TEXT} runs those with that in their
 * name.
 */
@ClusterTest
class ProgramsTest {
    /** One job takes three seconds alone and mostly waits; more than this at once and a small node does nothing else. */
    private static final int AT_ONCE = Integer.getInteger("cupel.at-once", 8);

    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TestFactory
    Stream<DynamicTest> givesUnderRuncTheResultOfAProgramThat(Cluster cluster) {
        return run(cluster, Place.RUNC, Optional.empty());
    }

    @TestFactory
    Stream<DynamicTest> givesUnderGvisorTheResultOfAProgramThat(Cluster cluster) {
        return run(cluster, Place.GVISOR, Optional.of(System.getProperty("cupel.gvisor", "gvisor")));
    }

    private static Stream<DynamicTest> run(Cluster cluster, Place place, Optional<String> runtimeClass) {
        Api api = new Api(cluster);
        String only = System.getProperty("cupel.program", "");
        ExecutorService senders = Executors.newFixedThreadPool(AT_ONCE);
        return Programs.on(place).stream()
                .filter(program -> program.name().contains(only))
                .map(program -> new Started(
                        program,
                        CompletableFuture.supplyAsync(
                                () -> api.awaitResult(api.submit(program.request(), runtimeClass), LIMIT), senders)))
                .toList()
                .stream()
                .map(started -> dynamicTest(
                        started.program().name(),
                        () -> started.program().check(place, started.result().get(1, TimeUnit.HOURS))))
                .onClose(senders::shutdownNow);
    }

    private record Started(Program program, CompletableFuture<JsonNode> result) {}
}
