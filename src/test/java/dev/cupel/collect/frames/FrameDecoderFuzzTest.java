package dev.cupel.collect.frames;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.TestTags;
import dev.cupel.collect.captured.Captured;
import dev.cupel.collect.captured.SupervisorCode;
import dev.cupel.result.Capture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Logs damaged and forged at random: whatever is done to one, nothing is thrown and no false story is {@code exact}. */
@Tag(TestTags.SLOW)
class FrameDecoderFuzzTest {
    private static final int ROUNDS = 3000;
    private static final int OUTPUT_LIMIT = 30_000;

    private final long seed = Long.getLong("cupel.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private int exact;

    @Test
    void damageIsNeverExactUnlessNothingIsMissing() throws IOException {
        repeat(() -> {
            Run run = new Run();
            List<byte[]> lines = run.writer.frames();
            for (int times = random.nextInt(4); times >= 0; times--) {
                damage(lines);
            }
            run.mayBeExactOnlyIfTrue(FrameWriter.join(lines), run.writer.end(run.code));
        });
    }

    @Test
    void flippedBitsAreNeverTakenForTheTruth() throws IOException {
        repeat(() -> {
            Run run = new Run();
            byte[] log = run.writer.log();
            for (int times = random.nextInt(3); times >= 0; times--) {
                log[random.nextInt(log.length)] ^= (byte) (1 << random.nextInt(8));
            }
            run.mayBeExactOnlyIfTrue(log, random.nextBoolean() ? run.writer.end(run.code) : ended(run.code));
        });
    }

    @Test
    void noForgerIsBelievedBesideTheSupervisor() throws IOException {
        repeat(() -> {
            Run run = new Run();
            Run forger = new Run(run.code);
            List<byte[]> lines = woven(forger.writer.frames(), run.writer.frames());
            // Rotation takes any part of the front, never the supervisor's last word.
            int rotated = random.nextBoolean() ? 0 : random.nextInt(lines.size());
            byte[] log = FrameWriter.join(lines.subList(rotated, lines.size()));
            // The message may be the forger's, if it made the supervisor's writing fail.
            String message = (random.nextBoolean() ? run : forger).writer.terminationMessage();
            run.mayBeExactOnlyIfTrue(log, new ContainerEnd(Optional.of(run.code), Optional.of(message)));
            run.mayBeExactOnlyIfTrue(log, ended(run.code));
        });
        assertTrue(exact > ROUNDS / 4, "where nothing was rotated away, the truth stands");
    }

    @Test
    void noForgerIsBelievedAfterTheSupervisorIsDead() throws IOException {
        repeat(() -> {
            Run run = new Run();
            Run forger = new Run();
            List<byte[]> honest = run.writer.frames();
            List<byte[]> lines = woven(honest.subList(0, random.nextInt(honest.size())), forger.writer.frames());
            byte[] log = FrameWriter.join(lines.subList(random.nextInt(lines.size()), lines.size()));
            int dead = random.nextBoolean() ? SupervisorCode.KILLED : SupervisorCode.FAILED;
            ContainerEnd end = random.nextBoolean() ? forger.writer.end(dead) : ended(dead);

            Captured captured = FrameDecoderTest.decode(log, end);

            assertNotEquals(Capture.EXACT, captured.capture());
            assertTrue(captured.lastFrame().isEmpty(), "a dead supervisor has no last word");
        });
    }

    /** A late case knows the keys of those before it, and can have the log rotated while it writes. */
    @Test
    void noCaseRewritesThoseBeforeIt() throws IOException {
        repeat(() -> {
            int count = 2 + random.nextInt(4);
            long keys = random.nextLong();
            FrameWriter honest = cases(keys, count, "truth");
            FrameWriter rewritten = cases(keys, count, "lie");
            List<byte[]> log = honest.frames();
            int late = 1 + random.nextInt(count - 1);
            // Its first line comes after k, and the three of each case before it.
            int at = 1 + 3 * late + random.nextInt(2);
            List<byte[]> known = new ArrayList<>(rewritten.frames().subList(0, 1 + 3 * late));
            int rotated = random.nextBoolean() ? 0 : random.nextInt(at + 1);
            if (random.nextBoolean()) {
                known.subList(random.nextInt(known.size()), known.size()).clear();
            }
            if (random.nextInt(3) == 0) {
                Collections.shuffle(known, random);
            }
            log.addAll(at, known);
            List<byte[]> left = log.subList(rotated, log.size());
            boolean isKilled = random.nextInt(4) == 0;
            byte[] bytes = FrameWriter.join(isKilled ? left.subList(0, left.size() - 1) : left);

            Captured captured = FrameDecoderTest.decode(bytes, isKilled ? ended(SupervisorCode.KILLED) : honest.end(0));

            captured.parts().cases().forEach((index, run) -> {
                if (run.capture() == Capture.EXACT) {
                    exact++;
                    assertArrayEquals(
                            ("truth" + index).getBytes(java.nio.charset.StandardCharsets.UTF_8),
                            run.stdout().orElseThrow().head());
                }
                assertTrue(!isKilled || run.end().isEmpty(), "nobody vouches for an end");
            });
        });
        assertTrue(exact > ROUNDS, "where nothing was rotated away, the truth stands");
    }

    private static FrameWriter cases(long keys, int count, String word) {
        FrameWriter writer = new FrameWriter(new Random(keys), OUTPUT_LIMIT);
        for (int index = 0; index < count; index++) {
            if (index > 0) {
                writer.checkpoint();
            }
            writer.run(Integer.toString(index), word + index, "", "0");
        }
        return writer.counting(",\"cases\":" + count).exits(0);
    }

    @Test
    void noiseIsNothing() throws IOException {
        repeat(() -> {
            byte[] noise = new byte[random.nextInt(40_000)];
            random.nextBytes(noise);
            for (int at = 0; at < noise.length; at += 1 + random.nextInt(500)) {
                byte[] start = "\n@cupel1 1 o z".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
                System.arraycopy(start, 0, noise, at, Math.min(start.length, noise.length - at));
            }
            assertEquals(Capture.LOST, FrameDecoderTest.decode(noise, ended(0)).capture());
        });
    }

    private void damage(List<byte[]> lines) {
        int at = random.nextInt(lines.size());
        switch (random.nextInt(7)) {
            case 0 -> lines.set(at, Arrays.copyOf(lines.get(at), random.nextInt(lines.get(at).length + 1)));
            case 1 -> lines.add(random.nextInt(lines.size()), lines.get(at));
            case 2 -> Collections.swap(lines, at, random.nextInt(lines.size()));
            case 3 -> lines.set(at, new byte[0]);
            case 4 -> Collections.rotate(lines, at);
            case 5 -> lines.add(at, noise());
            default -> lines.addAll(at, new Run().writer.frames());
        }
    }

    private byte[] noise() {
        byte[] line = new byte[random.nextInt(100)];
        random.nextBytes(line);
        return line;
    }

    /** Both in one order, each in its own; the last line is the second's. */
    private List<byte[]> woven(List<byte[]> first, List<byte[]> second) {
        List<byte[]> woven = new ArrayList<>();
        int taken = 0;
        for (byte[] line : second.subList(0, second.size() - 1)) {
            while (taken < first.size() && random.nextInt(3) > 0) {
                woven.add(first.get(taken++));
            }
            woven.add(line);
        }
        woven.addAll(first.subList(taken, first.size()));
        woven.add(second.getLast());
        return woven;
    }

    private static ContainerEnd ended(int code) {
        return new ContainerEnd(Optional.of(code), Optional.empty());
    }

    @FunctionalInterface
    private interface Round {
        void run() throws IOException;
    }

    private void repeat(Round round) throws IOException {
        for (int count = 0; count < ROUNDS; count++) {
            try {
                round.run();
            } catch (RuntimeException | AssertionError failure) {
                throw new AssertionError(
                        "repeat with: mvn test -Dtest=FrameDecoderFuzzTest -Dcupel.seed=%d (round %d)"
                                .formatted(seed, count),
                        failure);
            }
        }
    }

    /** A run that printed something, and what it printed. */
    private final class Run {
        final FrameWriter writer = new FrameWriter(random, OUTPUT_LIMIT);
        final byte[] out = new byte[random.nextInt(4) == 0 ? random.nextInt(60_000) : random.nextInt(200)];
        final int code;

        Run() {
            this(random.nextInt(SupervisorCode.FAILED));
        }

        Run(int code) {
            this.code = code;
            if (random.nextBoolean()) {
                random.nextBytes(out);
            }
            int half = random.nextInt(out.length + 1);
            if (random.nextInt(3) == 0) {
                writer.packing();
            }
            writer.stdout(Arrays.copyOf(out, half)).stderr(out);
            if (random.nextInt(3) == 0) {
                writer.packing();
            }
            writer.stdout(Arrays.copyOfRange(out, half, out.length)).exits(code);
        }

        void mayBeExactOnlyIfTrue(byte[] log, ContainerEnd end) throws IOException {
            Captured captured = FrameDecoderTest.decode(log, end);
            captured.lastFrame()
                    .ifPresent(
                            last -> assertEquals(Optional.of(code), last.end().exitCode()));
            if (captured.capture() != Capture.EXACT) {
                return;
            }
            exact++;
            byte[] kept = Arrays.copyOf(out, Math.min(out.length, OUTPUT_LIMIT));
            assertArrayEquals(kept, captured.stdout().orElseThrow().head());
            assertArrayEquals(kept, captured.stderr().orElseThrow().head());
            assertEquals(out.length, captured.stdout().orElseThrow().bytes());
        }
    }
}
