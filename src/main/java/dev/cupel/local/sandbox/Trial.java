package dev.cupel.local.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;

/**
 * What came of a short command that was run to its end.
 *
 * @param code its exit code; -1 if it could not be started, or was still running when its time was up
 * @param output what it printed, both streams, as far as is worth reading
 */
public record Trial(int code, String output) {
    private static final int LONGEST_OUTPUT = 1 << 20;
    private static final int LONGEST_LINE = 300;

    static Trial run(ProcessBuilder builder, int seconds) throws InterruptedException {
        Process process;
        try {
            process = builder.redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .start();
        } catch (IOException e) {
            return new Trial(-1, "");
        }
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        Thread reader = Thread.ofVirtual().start(() -> read(process.getInputStream(), output));
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            return new Trial(-1, "it was still running after " + seconds + " s");
        }
        reader.join(java.time.Duration.ofSeconds(2));
        synchronized (output) {
            return new Trial(process.exitValue(), output.toString(UTF_8));
        }
    }

    private static void read(InputStream in, ByteArrayOutputStream output) {
        byte[] buffer = new byte[8192];
        try (in) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                synchronized (output) {
                    output.write(buffer, 0, Math.min(n, LONGEST_OUTPUT - output.size()));
                }
            }
        } catch (IOException e) {
            // It was ended; what was read is its output.
        }
    }

    /**
     * Its output.
     *
     * @throws NotStarted {@code what}, and the line that says why
     */
    String orThrow(String what) throws NotStarted {
        if (code != 0) {
            String line = firstLine(output);
            throw new NotStarted(what + (line.isEmpty() ? "" : ": " + line));
        }
        return output;
    }

    /** The first line of {@code text} that says something, cut if it is long; empty if there is none. */
    public static String firstLine(String text) {
        String line = text.lines()
                .map(String::strip)
                .filter(some -> !some.isEmpty())
                .findFirst()
                .orElse("");
        return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "…";
    }
}
