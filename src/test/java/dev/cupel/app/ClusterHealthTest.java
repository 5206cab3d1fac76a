package dev.cupel.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.cupel.rejection.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;

class ClusterHealthTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);

    private ClusterHealth health(boolean isNeeded, Runnable question) {
        return new ClusterHealth(
                isNeeded,
                () -> {
                    asked.incrementAndGet();
                    question.run();
                },
                now::get);
    }

    private static String fault(ClusterHealth health) {
        HealthCheckResponse response = health.call();
        String fault = String.valueOf(response.getData().orElseThrow().get("fault"));
        assertEquals(fault.equals("none"), response.getStatus() == HealthCheckResponse.Status.UP);
        return fault;
    }

    @Test
    void isAskedOnceForAllWhoAskWithinTenSeconds() {
        ClusterHealth health = health(true, () -> {});
        for (int i = 0; i < 100; i++) {
            assertEquals("none", fault(health));
        }
        assertEquals(1, asked.get());
        now.set(NOON.plus(ClusterHealth.REMEMBERED));
        assertEquals("none", fault(health));
        assertEquals(2, asked.get());
    }

    @Test
    void saysWhatIsWrongAndForgetsIt() {
        AtomicReference<Optional<String>> wrong = new AtomicReference<>(Optional.of("connection refused"));
        ClusterHealth health = health(
                true,
                () -> wrong.get().ifPresent(text -> {
                    throw new Unavailable(text);
                }));
        assertEquals("connection refused", fault(health));
        wrong.set(Optional.empty());
        assertEquals("connection refused", fault(health));
        now.set(NOON.plus(ClusterHealth.REMEMBERED));
        assertEquals("none", fault(health));
    }

    @Test
    void doesNotWaitForAServerThatDoesNotAnswer() {
        CountDownLatch never = new CountDownLatch(1);
        ClusterHealth health = health(true, () -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> assertEquals("no answer within 2 s", fault(health)));
    }

    @Test
    void whoeverDoesNotNeedItDoesNotAsk() {
        assertEquals("none", fault(health(false, () -> {
            throw new Unavailable("away");
        })));
        assertEquals(0, asked.get());
    }
}
