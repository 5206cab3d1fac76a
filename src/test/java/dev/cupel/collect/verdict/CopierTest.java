package dev.cupel.collect.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.collect.Fixtures;
import dev.cupel.collect.captured.Captured;
import dev.cupel.collect.captured.LogCounts;
import dev.cupel.collect.captured.LogEvidence;
import dev.cupel.collect.observed.Observed;
import dev.cupel.collect.upkeep.EndStuckJob;
import dev.cupel.json.StrictJson;
import dev.cupel.result.Capture;
import dev.cupel.result.Outcome;
import dev.cupel.result.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A Pod into which the supervisor is to come, as a kubelet (1.35) told of it: {@code pods/*.json} are statuses of real
 * Pods, addresses taken out.
 */
class CopierTest {
    private static ObjectNode recorded(String name) {
        try (InputStream in = CopierTest.class.getResourceAsStream("/pods/" + name + ".json")) {
            ObjectNode pod = Fixtures.pod("{}");
            pod.set("status", StrictJson.parse(in.readAllBytes()));
            return pod;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Verdict judge(Observed seen) {
        return Judge.judge(
                seen,
                Captured.nothing(Capture.NONE, Optional.empty(), LogCounts.NONE)
                        .with(new LogEvidence(false, false, false, 0, Optional.empty())));
    }

    private static Observed seen(String name) {
        JsonNode pod = recorded(name);
        boolean failed = pod.at("/status/phase").asText().equals("Failed");
        return failed ? Fixtures.failed(pod) : Fixtures.active(pod);
    }

    @ParameterizedTest
    @CsvSource({
        "copier-pull-fails, IMAGE_PULL_FAILED, docker.io/lab/nosuch:1",
        "volume-pull-fails, IMAGE_PULL_FAILED, docker.io/lab/nosuch:1",
        "copier-fails, START_FAILED, 'code 1, Error: Traceback'",
        "copier-fails, START_FAILED, No space left on device",
        "copier-cannot-start, START_FAILED, /nosuch",
        "copier-at-deadline, START_FAILED, It did not start before its deadline.",
    })
    void whatKeptItFromStartingIsTold(String recorded, Reason reason, String words) {
        Verdict verdict = judge(seen(recorded));
        assertEquals(reason, verdict.reason());
        assertEquals(Outcome.ERROR, verdict.reason().outcome());
        String message = verdict.message().orElseThrow();
        assertTrue(message.contains(words), message);
    }

    @Test
    void aJobWhoseImageCannotBeHadIsEndedForIt() {
        assertTrue(EndStuckJob.isSuspect(recorded("copier-pull-fails")));
        assertTrue(EndStuckJob.isSuspect(recorded("volume-pull-fails")));
        assertFalse(EndStuckJob.isSuspect(recorded("copier-runs")));
    }

    @Test
    void whileItIsCopiedTheJobIsStarting() {
        assertEquals("starting", seen("copier-runs").progress());
        assertFalse(seen("copier-runs").mayHaveRun());
        assertFalse(seen("copier-fails").mayHaveRun());
    }

    /** A program cannot write into that volume: too large is the image. */
    @Test
    void aSupervisorTooLargeIsNotItsProgramsFault() {
        JsonNode pod = Fixtures.pod(
                "{phase: 'Failed', reason: 'Evicted', message: 'Usage of EmptyDir volume \"cupel\" exceeds the limit \"32Mi\". '}");
        Verdict verdict = judge(Fixtures.failed(pod));
        assertEquals(Outcome.ERROR, verdict.reason().outcome());
        assertEquals(Reason.EVICTED, verdict.reason());
    }

    /** Killed for what it took, and not from outside. */
    @Test
    void aCopierOutOfMemoryIsTold() {
        ObjectNode pod = recorded("copier-fails");
        ((ObjectNode) pod.at("/status/initContainerStatuses/0/state/terminated"))
                .put("exitCode", 137)
                .put("reason", "OOMKilled");
        Verdict verdict = judge(Fixtures.failed(pod));
        assertEquals(Reason.START_FAILED, verdict.reason());
        assertTrue(verdict.message().orElseThrow().contains("code 137, OOMKilled"), verdict::toString);
    }
}
