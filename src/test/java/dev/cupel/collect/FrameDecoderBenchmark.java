package dev.cupel.collect;

import dev.cupel.event.Capture;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;

/**
 * Decoding against a bare SHA-256 over the same output, on one core, and how much memory it takes. A main, not a test:
 * {@code java -XX:ActiveProcessorCount=1 -cp target/classes:target/test-classes:… dev.cupel.collect.FrameDecoderBenchmark}.
 */
final class FrameDecoderBenchmark {
    private static final int OUTPUT_BYTES = 4 * 1024 * 1024;
    private static final int ROUNDS = 301;

    private FrameDecoderBenchmark() {}

    public static void main(String[] arguments) throws IOException {
        byte[] noise = new byte[OUTPUT_BYTES];
        new Random(1).nextBytes(noise);
        measure("noise", noise);
        byte[] text = new byte[OUTPUT_BYTES];
        Random random = new Random(2);
        for (int at = 0; at < text.length; at++) {
            text[at] = (byte) (at % 80 == 79 ? '\n' : 'a' + random.nextInt(12));
        }
        measure("text", text);
        byte[] lines = new byte[OUTPUT_BYTES];
        Arrays.fill(lines, (byte) 'x');
        measure("one letter", lines);
    }

    private static void measure(String name, byte[] output) throws IOException {
        FrameWriter writer =
                new FrameWriter(new Random(3), OUTPUT_BYTES).stdout(output).exits(0);
        byte[] log = writer.log();
        long[] bare = new long[ROUNDS];
        long[] decoding = new long[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            FrameWriter.sha256(output);
            long middle = System.nanoTime();
            Captured captured = FrameDecoder.decode(new ByteArrayInputStream(log), writer.end(0));
            decoding[round] = System.nanoTime() - middle;
            bare[round] = middle - start;
            if (captured.capture() != Capture.EXACT) {
                throw new IllegalStateException(captured.toString());
            }
        }
        Arrays.sort(bare);
        Arrays.sort(decoding);
        long median = decoding[ROUNDS / 2];
        System.out.printf(
                "%-10s log %5d KiB, SHA-256 %5.0f MB/s, decoding %5.0f MB/s, ratio %.2f%n",
                name,
                log.length / 1024,
                OUTPUT_BYTES * 1e3 / bare[ROUNDS / 2],
                OUTPUT_BYTES * 1e3 / median,
                (double) bare[ROUNDS / 2] / median);
    }
}
