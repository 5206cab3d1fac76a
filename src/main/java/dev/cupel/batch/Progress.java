package dev.cupel.batch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells how far a batch is, now and then; the rate is that of the last minute. */
final class Progress implements AutoCloseable {
    private static final Duration ON_A_TERMINAL = Duration.ofMillis(250);
    private static final Duration ELSEWHERE = Duration.ofSeconds(10);
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final Screen screen;
    private final long total;
    private final Tally tally;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    private record Sample(long nanos, long done) {}

    private Progress(Screen screen, long total, Tally tally) {
        this.screen = screen;
        this.total = total;
        this.tally = tally;
    }

    /** @param before how many results are there already */
    static Progress start(Screen screen, long total, long before, Tally tally) {
        Progress progress = new Progress(screen, total, tally);
        progress.samples.add(new Sample(System.nanoTime(), before));
        Thread.ofVirtual().name("progress").start(progress::run);
        return progress;
    }

    private void run() {
        Duration pause = screen.isTerminal() ? ON_A_TERMINAL : ELSEWHERE;
        try {
            while (!ended.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                screen.status(line(System.nanoTime()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    String line(long now) {
        long done = tally.total();
        samples.addLast(new Sample(now, done));
        while (samples.size() > 2 && now - samples.getFirst().nanos() > WINDOW.toNanos()) {
            samples.removeFirst();
        }
        Sample first = samples.getFirst();
        double seconds = (now - first.nanos()) / 1e9;
        double rate = seconds > 0 ? (done - first.done()) / seconds : 0;
        String left = rate > 0 && done < total
                ? ", " + words(Duration.ofSeconds(Math.round((total - done) / rate))) + " left"
                : "";
        String counts = tally.line();
        return String.format(Locale.ROOT, "%d of %d, %.1f/s%s", done, total, rate, left)
                + (counts.isEmpty() ? "" : ": " + counts);
    }

    static String words(Duration time) {
        if (time.toHours() > 0) {
            return time.toHours() + " h " + time.toMinutesPart() + " min";
        }
        return time.toMinutes() > 0
                ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                : time.toSeconds() + " s";
    }

    @Override
    public void close() {
        ended.countDown();
    }
}
