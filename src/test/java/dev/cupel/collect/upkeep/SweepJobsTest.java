package dev.cupel.collect.upkeep;

import static dev.cupel.collect.upkeep.Watched.NAME;
import static dev.cupel.collect.upkeep.Watched.annotation;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cloudevents.Event;
import dev.cupel.collect.Fixtures;
import dev.cupel.kubernetes.ScriptedCluster;
import dev.cupel.rejection.Unavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SweepJobsTest {
    private final Watched watched = new Watched();
    private final ScriptedCluster cluster = watched.cluster;

    @Test
    void aJobWhoseEndWasMissedIsToldByAnOrdinaryUpdate() {
        watched.addEnded(NAME, "hello");
        cluster.pass(Duration.ofMinutes(1));

        assertEquals(1, watched.collect.sweep());

        assertEquals("2026-11-24T10:01:10Z", annotation(cluster.job(NAME), "swept-at"));
        Event finished = watched.update(NAME).orElseThrow();
        assertEquals("hello", finished.data().at("/stdout/text").asText());
    }

    @Test
    void aResultThatMayStillBeOnItsWayIsLeftAlone() {
        watched.addEnded(NAME, "hello");
        cluster.pass(Duration.ofSeconds(52));

        assertEquals(0, watched.collect.sweep());
    }

    @Test
    void whatStaysUnsettledIsTouchedEverMoreRarely() {
        watched.addEnded(NAME, "hello");
        List<Integer> minutes = new ArrayList<>();
        for (int minute = 1; minute <= 70; minute++) {
            cluster.pass(Duration.ofMinutes(1));
            if (watched.collect.sweep() == 1) {
                minutes.add(minute);
            }
        }

        assertEquals(List.of(1, 3, 7, 15, 31, 63), minutes);
    }

    @Test
    void aJobThatIsSettledCostsNothing() {
        for (int i = 0; i < 100; i++) {
            watched.addEnded("eval-" + i, "x");
            watched.settle(watched.update("eval-" + i).orElseThrow());
        }
        cluster.pass(Duration.ofHours(1));
        cluster.calls.clear();

        assertEquals(0, watched.collect.sweep());

        assertEquals(List.of("listUnsettled "), cluster.calls);
    }

    @Test
    void oneRunChangesNoMoreThanFifty() {
        for (int i = 0; i < 120; i++) {
            watched.addEnded("eval-%03d".formatted(i), "x");
        }
        cluster.pass(Duration.ofMinutes(2));

        List<Integer> runs = List.of(watched.collect.sweep(), watched.collect.sweep(), watched.collect.sweep());

        assertEquals(List.of(50, 50, 20), runs);
    }

    @Test
    void aJobThatCannotBeTouchedDoesNotKeepTheOthersFromIt() {
        watched.addEnded("eval-a", "x");
        watched.addEnded("eval-b", "x");
        cluster.failing.add("patchJob eval-a");
        cluster.pass(Duration.ofMinutes(2));

        assertThrows(Unavailable.class, watched.collect::sweep);

        assertTrue(annotation(cluster.job("eval-b"), "swept-at").startsWith("2026"));
    }

    @Test
    void aJobThatRunsIsNotAskedFurther() {
        watched.addActive(NAME, "{phase: 'Running'}")
                .withObjectProperty("status")
                .put("ready", 1);
        cluster.pass(Duration.ofHours(2));
        cluster.calls.clear();

        assertEquals(0, watched.collect.sweep());

        assertEquals(List.of("listUnsettled ", "listRunning "), cluster.calls);
    }

    /** Each of them by itself cost a list of its Pods and one of all events. */
    @Test
    void manyThatWaitCostNoMoreQuestionsThanTheirPages() {
        for (int i = 0; i < 95; i++) {
            watched.addActive("eval-p%02d".formatted(i), "{phase: 'Pending'}");
        }
        for (int i = 0; i < 95; i++) {
            String name = "eval-q%02d".formatted(i);
            cluster.add(Watched.job(name, "{startTime: '2026-11-24T10:00:01Z'}"));
            cluster.createFailures.put("u-" + name, "exceeded quota");
        }
        cluster.pass(Duration.ofMinutes(5));
        cluster.calls.clear();

        assertEquals(0, watched.collect.sweep());

        assertEquals(List.of("listUnsettled ", "listRunning ", "listPending ", "listCreateFailures "), cluster.calls);
    }

    /** The lists are older than what is done about them. */
    @Test
    void aProgramThatHasEndedSinceItsPodWasListedIsNotToldAsStuck() {
        cluster.add(Watched.job(NAME, "{startTime: '2026-11-24T10:00:01Z'}"), Fixtures.terminated(3, "Error"));
        cluster.pass(Duration.ofMinutes(10));

        assertEquals(0, watched.collect.sweep());

        assertEquals(1, cluster.count("listPods"));
        assertEquals("", annotation(cluster.job(NAME), "cause"));
    }

    /** Two thousand programs of a mebibyte each. */
    @Test
    void theLastOfTwoThousandLargeJobsInAQueueIsReachedAndTheyCostLittle() {
        String program = "x".repeat(1 << 20);
        for (int i = 0; i < 2000; i++) {
            ObjectNode job = cluster.add(Watched.job("eval-q%04d".formatted(i), "{}"));
            job.withObjectProperty("spec").put("suspend", true);
            job.withObject("/spec/template/spec").putArray("args").add(program);
        }
        watched.addEnded("eval-z", "x");
        cluster.pass(Duration.ofMinutes(2));
        cluster.calls.clear();

        assertEquals(1, watched.collect.sweep());

        assertEquals(5, cluster.count("listUnsettled"));
        assertEquals(List.of("patchJob eval-z"), cluster.calls.subList(5, cluster.calls.size()));
        assertTrue(cluster.pageBytes < 2000 * 1024, cluster.pageBytes + " bytes");
    }

    @Test
    void whereTimeRunsOutTheNextRunGoesOn() {
        for (int i = 0; i < 1999; i++) {
            cluster.add(Watched.job("eval-q%04d".formatted(i), "{}"))
                    .withObjectProperty("spec")
                    .put("suspend", true);
        }
        watched.addEnded("eval-z", "x");
        cluster.pass(Duration.ofMinutes(2));
        cluster.listTime = Duration.ofSeconds(15);

        assertEquals(0, watched.collect.sweep());
        assertEquals(2, cluster.count("listUnsettled"));
        assertEquals(0, watched.collect.sweep());
        assertEquals(4, cluster.count("listUnsettled"));
        cluster.listTime = Duration.ofSeconds(9);
        assertEquals(0, watched.collect.sweep(), "from the first page again");
        assertEquals(1, watched.collect.sweep());
    }

    @Test
    void aPlaceThatTheServerHasForgottenIsNotAskedForTwice() {
        for (int i = 0; i < 1999; i++) {
            cluster.add(Watched.job("eval-q%04d".formatted(i), "{}"))
                    .withObjectProperty("spec")
                    .put("suspend", true);
        }
        cluster.listTime = Duration.ofSeconds(20);
        watched.collect.sweep();
        cluster.failing.add("listUnsettled eval-q0499");
        assertThrows(Unavailable.class, watched.collect::sweep);

        watched.collect.sweep();

        assertEquals("listUnsettled ", cluster.calls.getLast());
    }

    @Test
    void aLogThatCannotBeHadNowIsAskedForAgain() {
        watched.addEnded(NAME, "hello");
        cluster.failing.add("readLog");
        cluster.pass(Duration.ofMinutes(59));

        assertThrows(Unavailable.class, () -> watched.update(NAME));
    }

    @Test
    void aLogThatCannotBeHadForAnHourIsToldAsLost() {
        watched.addEnded(NAME, "hello");
        cluster.failing.add("readLog");
        cluster.pass(Duration.ofMinutes(60));

        Event finished = watched.update(NAME).orElseThrow();

        assertEquals("lost", finished.data().path("capture").asText());
        assertTrue(finished.data().path("message").asText().contains("Its log is gone"));
        watched.settle(finished);
        assertEquals(0, watched.collect.sweep());
    }
}
