package dev.cupel.app;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An answer that is asked for anew only when it is old, by one asker: the others wait for it. */
final class Remembered<T> {
    private final Duration age;
    private final InstantSource clock;
    private final Supplier<T> question;
    private @Nullable T answer;
    private Instant until = Instant.MIN;

    Remembered(Duration age, InstantSource clock, Supplier<T> question) {
        this.age = age;
        this.clock = clock;
        this.question = question;
    }

    synchronized T get() {
        T known = answer;
        if (known != null && clock.instant().isBefore(until)) {
            return known;
        }
        T fresh = question.get();
        answer = fresh;
        until = clock.instant().plus(age);
        return fresh;
    }
}
