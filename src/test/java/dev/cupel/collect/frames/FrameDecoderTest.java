package dev.cupel.collect.frames;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.collect.captured.Captured;
import dev.cupel.collect.captured.LogCounts;
import dev.cupel.collect.captured.SupervisorCode;
import dev.cupel.result.Capture;
import dev.cupel.result.ProgramEnd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {
    private static final byte[] AWKWARD = "a\r\nb\0\u00ff\rno-nl".getBytes(ISO_8859_1);

    private final FrameWriter writer = new FrameWriter(new Random(1), 20_000);

    @Test
    void givesBothStreamsByteForByte() throws IOException {
        writer.stdout(AWKWARD).stderr("oh".getBytes(UTF_8)).stdout(AWKWARD).exits(3);

        Captured captured = decode(writer.log(), writer.end(3));

        assertEquals(Capture.EXACT, captured.capture());
        assertArrayEquals(FrameWriter.join(List.of(AWKWARD, AWKWARD)), stdout(captured));
        assertArrayEquals("oh".getBytes(UTF_8), captured.stderr().orElseThrow().head());
        assertEquals(ProgramEnd.exited(3), captured.lastFrame().orElseThrow().end());
        assertEquals(LogCounts.NONE, captured.counts());
    }

    @Test
    void givesNothingWhereNothingWasPrinted() throws IOException {
        writer.exits(0);

        Captured captured = decode(writer.log(), writer.end(0));

        assertEquals(Capture.EXACT, captured.capture());
        assertEquals(0, stdout(captured).length);
    }

    @Test
    void needsNoTerminationMessage() throws IOException {
        writer.stdout(AWKWARD).exits(0);

        assertEquals(Capture.EXACT, decode(writer.log(), exited(0)).capture());
    }

    @Test
    void givesHeadAndTailOfATruncatedStream() throws IOException {
        byte[] data = new byte[50_000];
        new Random(2).nextBytes(data);
        writer.stdout(data).exits(0);

        Captured captured = decode(writer.log(), writer.end(0));

        assertEquals(Capture.EXACT, captured.capture());
        assertArrayEquals(Arrays.copyOf(data, 20_000), stdout(captured));
        assertEquals(50_000, captured.stdout().orElseThrow().bytes());
        assertEquals(
                FrameWriter.hex(FrameWriter.sha256(data)),
                captured.stdout().orElseThrow().sha256());
    }

    @Test
    void dropsForeignLinesAndCountsThem() throws IOException {
        writer.stdout(AWKWARD).exits(0);
        byte[] foreign = "@cupel1 1 o bAAAA 0123456789abcdef0123456789abcdef\n@cupel1 nonsense\n".getBytes(UTF_8);
        List<byte[]> lines = writer.frames();
        lines.add(1, foreign);
        lines.add(2, "x".repeat(300_000).getBytes(UTF_8));

        Captured captured = decode(FrameWriter.join(lines), writer.end(0));

        assertEquals(Capture.EXACT, captured.capture());
        assertArrayEquals(AWKWARD, stdout(captured));
        assertEquals(new LogCounts(2, 300_016, 1, 0), captured.counts());
    }

    @Test
    void takesALogThatWasReadTwice() throws IOException {
        writer.stdout(AWKWARD).exits(0);

        assertEquals(
                Capture.EXACT,
                decode(FrameWriter.join(List.of(writer.log(), writer.log())), writer.end(0))
                        .capture());
    }

    @Test
    void saysPartialWhereTheLastFrameIsMissing() throws IOException {
        writer.stdout(AWKWARD).stdout(AWKWARD);

        Captured captured = decode(writer.log(), exited(SupervisorCode.KILLED));

        assertEquals(Capture.PARTIAL, captured.capture());
        assertEquals(2L * AWKWARD.length, captured.stdout().orElseThrow().bytes());
        assertTrue(captured.lastFrame().isEmpty());
    }

    @Test
    void endsPartialOutputAtTheFirstGap() throws IOException {
        writer.stdout("a".getBytes(UTF_8)).stdout("b".getBytes(UTF_8)).stdout("c".getBytes(UTF_8));
        List<byte[]> lines = writer.frames();
        lines.remove(2);

        Captured captured = decode(FrameWriter.join(lines), exited(SupervisorCode.KILLED));

        assertArrayEquals("a".getBytes(UTF_8), stdout(captured));
        assertEquals(1, captured.counts().missing());
    }

    @Test
    void saysLostWhereAFrameIsMissing() throws IOException {
        writer.stdout("a".getBytes(UTF_8)).stdout("b".getBytes(UTF_8)).exits(0);
        List<byte[]> lines = writer.frames();
        lines.remove(2);

        Captured captured = decode(FrameWriter.join(lines), writer.end(0));

        assertEquals(Capture.LOST, captured.capture());
        assertArrayEquals("a".getBytes(UTF_8), stdout(captured));
        assertEquals(2, captured.stdout().orElseThrow().bytes());
        assertEquals(ProgramEnd.exited(0), captured.lastFrame().orElseThrow().end());
    }

    @Test
    void takesTheEndFromTheTerminationMessageWhereTheLogIsGone() throws IOException {
        writer.stdout(AWKWARD).signalled("SIGSEGV");

        Captured captured = decode(new byte[0], writer.end(139));

        assertEquals(Capture.LOST, captured.capture());
        assertEquals(
                ProgramEnd.signalled("SIGSEGV"),
                captured.lastFrame().orElseThrow().end());
    }

    @Test
    void saysLostAndNothingElseForAnEmptyLog() throws IOException {
        Captured captured = decode(new byte[0], exited(SupervisorCode.KILLED));

        assertEquals(Capture.LOST, captured.capture());
        assertTrue(captured.stdout().isEmpty());
    }

    @Test
    void opensNoBomb() throws IOException {
        byte[] bomb = FrameWriter.deflate(new byte[20_000]);
        writer.frame('o', 'z', bomb).exits(0);

        assertEquals(Capture.LOST, decode(writer.log(), writer.end(0)).capture());
    }

    @Test
    void takesPackedFramesAfterPlainOnes() throws IOException {
        byte[] rest = "and the rest ".repeat(1000).getBytes(UTF_8);
        writer.stdout(AWKWARD).packing().stdout(rest).stderr(AWKWARD).exits(0);

        Captured captured = decode(writer.log(), writer.end(0));

        assertEquals(Capture.EXACT, captured.capture());
        assertArrayEquals(FrameWriter.join(List.of(AWKWARD, rest)), stdout(captured));
        assertArrayEquals(AWKWARD, captured.stderr().orElseThrow().head());
    }

    @Test
    void takesFramesInAnyOrderOfLines() throws IOException {
        writer.stdout("a".getBytes(UTF_8))
                .stderr("x".getBytes(UTF_8))
                .stdout("b".getBytes(UTF_8))
                .exits(0);
        List<byte[]> lines = writer.frames();
        java.util.Collections.swap(lines, 1, 3);

        Captured captured = decode(FrameWriter.join(lines), writer.end(0));

        assertEquals(Capture.EXACT, captured.capture());
        assertArrayEquals("ab".getBytes(UTF_8), stdout(captured));
        assertEquals(LogCounts.NONE, captured.counts());
    }

    @Test
    void takesNoFrameOfAnotherPlaceOrKind() throws IOException {
        writer.stdout("same".getBytes(UTF_8)).stderr("same".getBytes(UTF_8)).exits(0);
        for (String[] change : new String[][] {{" o ", " e "}, {"@cupel1 1 ", "@cupel1 2 "}, {" o b", " o z"}}) {
            List<byte[]> lines = writer.frames();
            String line = new String(lines.get(1), ISO_8859_1);
            assertTrue(line.contains(change[0]), "there is something to change");
            lines.set(1, line.replace(change[0], change[1]).getBytes(ISO_8859_1));

            assertEquals(
                    Capture.LOST, decode(FrameWriter.join(lines), writer.end(0)).capture(), change[1]);
        }
    }

    /** Half of 9.5 MiB of log is 4 MiB of output as it is; what is allocated in all bounds what is held at once. */
    @Test
    void takesLessThanFourTimesTheMemoryOfItsOutput() throws IOException {
        byte[] data = new byte[4 << 20];
        new Random(2).nextBytes(data);
        FrameWriter large =
                new FrameWriter(new Random(1), data.length).stdout(data).exits(0);
        InputStream log = new ByteArrayInputStream(large.log());
        ContainerEnd end = large.end(0);
        var thread = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();

        Captured captured = FrameDecoder.decode(log, end);

        long allocated = thread.getCurrentThreadAllocatedBytes() - before;
        assertEquals(Capture.EXACT, captured.capture());
        assertArrayEquals(data, stdout(captured));
        assertTrue(allocated < 4L * data.length, "allocated " + allocated);
    }

    @Test
    void passesOnWhatReadingThrows() {
        InputStream broken = new SequenceInputStream(new ByteArrayInputStream(AWKWARD), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("cut off");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return read();
            }
        });

        assertThrows(IOException.class, () -> FrameDecoder.decode(broken, ContainerEnd.NOT_KNOWN));
    }

    static Captured decode(byte[] log, ContainerEnd end) throws IOException {
        return FrameDecoder.decode(new ByteArrayInputStream(log), end);
    }

    static ContainerEnd exited(int code) {
        return new ContainerEnd(Optional.of(code), Optional.empty());
    }

    private static byte[] stdout(Captured captured) {
        return captured.stdout().orElseThrow().head();
    }
}
