package dev.cupel.collect.frames;

import static dev.cupel.collect.frames.FrameDecoderTest.decode;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.collect.captured.Captured;
import dev.cupel.collect.captured.CapturedRun;
import dev.cupel.collect.captured.CollectedFile;
import dev.cupel.result.Capture;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a log has besides the only program's output: a compiler's run, cases, files. */
class PartsTest {
    private static final byte[] BYTES = {0, (byte) 0xFF, '\r', '\n', 'x'};

    private final FrameWriter writer = new FrameWriter(new Random(1), 1000);

    @Test
    void aCompilersRunStandsBesideTheProgram() throws IOException {
        writer.run("c", "warning", "oh", "0").stdout("out".getBytes(UTF_8)).exits(3);

        Captured captured = decode(writer.log(), writer.end(3));

        assertEquals(Capture.EXACT, captured.capture());
        assertEquals("out", text(captured.stdout().orElseThrow().head()));
        CapturedRun compile = captured.parts().compile().orElseThrow();
        assertEquals(Capture.EXACT, compile.capture());
        assertEquals("warning", text(compile.stdout().orElseThrow().head()));
        assertEquals("oh", text(compile.stderr().orElseThrow().head()));
        assertTrue(captured.parts().isCompiled());
        assertTrue(captured.parts().cases().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aThousandCasesComeBackEachWithItsOwn(boolean isPacked) throws IOException {
        for (int index = 0; index < 1000; index++) {
            if (isPacked && index == 500) {
                writer.packing();
            }
            writer.run(Integer.toString(index), "out " + index, "err " + index, Integer.toString(index % 256))
                    .checkpoint();
        }
        writer.counting(",\"cases\":1000").exits(1);

        Captured captured = decode(writer.log(), writer.end(1));

        assertEquals(Capture.EXACT, captured.capture());
        assertEquals(1000, captured.parts().cases().size());
        captured.parts().cases().forEach((index, run) -> {
            assertEquals(Capture.EXACT, run.capture());
            assertEquals("out " + index, text(run.stdout().orElseThrow().head()));
            assertEquals("err " + index, text(run.stderr().orElseThrow().head()));
            assertEquals(Optional.of(index % 256), run.end().orElseThrow().end().exitCode());
        });
        assertEquals(
                Optional.of(1000), captured.lastFrame().orElseThrow().counts().cases());
    }

    @Test
    void aCaseThatWasCutHasHeadAndTailAndTrueCounts() throws IOException {
        writer.begin("0", "x".repeat(60_000), "", 10).end("0", "").checkpoint();
        writer.begin("1", "y".repeat(60_000), "", 0)
                .end("0", "")
                .counting(",\"cases\":2")
                .exits(0);

        Captured captured = decode(writer.log(), writer.end(0));

        CapturedRun cut = run(captured, 0);
        assertEquals(Capture.EXACT, cut.capture());
        assertEquals(60_000, cut.stdout().orElseThrow().bytes());
        assertEquals(10, cut.stdout().orElseThrow().head().length);
        assertEquals(10 + 16 * 1024, cut.stdout().orElseThrow().keptBytes());
        CapturedRun nothing = run(captured, 1);
        assertEquals(Capture.EXACT, nothing.capture());
        assertEquals(0, nothing.stdout().orElseThrow().keptBytes());
        assertEquals(60_000, nothing.stdout().orElseThrow().bytes());
    }

    @Test
    void filesComeBackInTheirOrder() throws IOException {
        byte[] large = new byte[40_000];
        new Random(3).nextBytes(large);
        writer.stdout("out".getBytes(UTF_8))
                .file(0, "a/ü \u0001.xml", BYTES, true, "")
                .file(1, "empty", new byte[0], true, "")
                .file(2, "large", large, true, "")
                .file(3, "too-large", large, false, "")
                .counting(",\"files\":4,\"files_omitted\":2")
                .exits(0);

        Captured captured = decode(writer.log(), writer.end(0));

        assertEquals(Capture.EXACT, captured.capture());
        List<CollectedFile> files = captured.parts().files();
        assertEquals(
                List.of("a/ü \u0001.xml", "empty", "large", "too-large"),
                files.stream().map(CollectedFile::path).toList());
        assertArrayEquals(BYTES, files.get(0).content().orElseThrow().head());
        assertEquals(0, files.get(1).content().orElseThrow().bytes());
        assertArrayEquals(large, files.get(2).content().orElseThrow().head());
        assertTrue(files.get(3).content().isEmpty());
        assertEquals(40_000, files.get(3).bytes());
        assertEquals(2, captured.lastFrame().orElseThrow().counts().filesOmitted());
    }

    @Test
    void aFileThatIsNotAllThereIsToldWithoutItsContent() throws IOException {
        byte[] large = new byte[40_000];
        writer.file(0, "large", large, true, "").counting(",\"files\":1").exits(0);
        List<byte[]> lines = writer.frames();
        lines.remove(2);

        Captured captured = decode(FrameWriter.join(lines), writer.end(0));

        assertEquals(Capture.LOST, captured.capture());
        assertTrue(captured.parts().files().getFirst().content().isEmpty());
    }

    @Test
    void aFileOfACaseIsTheCases() throws IOException {
        writer.run("0", "", "", "0")
                .file(0, "report", BYTES, true, ",\"case\":0")
                .checkpoint()
                .run("1", "", "", "0")
                .file(1, "report", new byte[0], true, ",\"case\":1")
                .counting(",\"cases\":2,\"files\":2")
                .exits(0);

        List<CollectedFile> files = decode(writer.log(), writer.end(0)).parts().files();

        assertEquals(
                List.of(Optional.of(0), Optional.of(1)),
                files.stream().map(CollectedFile::caseIndex).toList());
        assertEquals(5, files.get(0).bytes());
    }

    /** Deflated a thousandfold: as much is kept as a reader has room for, and the rest is missing. */
    @Test
    void takesNoMoreMemoryForWhatIsPacked() throws IOException {
        FrameWriter bomb = new FrameWriter(new Random(1), 4 << 20).packing();
        String run = "x".repeat(4 << 20);
        for (int index = 0; index < 5; index++) {
            bomb.begin(Integer.toString(index), run, "", 4 << 20).end("0", "");
        }
        bomb.counting(",\"cases\":5").exits(0);

        Captured captured = decode(bomb.log(), bomb.end(0));

        long kept = captured.parts().cases().values().stream()
                .mapToLong(one -> one.stdout().orElseThrow().keptBytes())
                .sum();
        assertTrue(kept <= Streams.MAX_BYTES, kept + " bytes");
        assertEquals(Capture.EXACT, run(captured, 1).capture());
        assertEquals(Capture.LOST, run(captured, 4).capture());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"o00", "o01", "o12345", "occ", "ox", "O0", "o-1", "k0", "rc", "q0", "d", "f", "fc", "oo", "o 0"})
    void whatIsNoKindIsForeign(String kind) throws IOException {
        writer.frame(kind, BYTES).exits(0);

        assertFalse(decode(writer.log(), writer.end(0)).capture() == Capture.EXACT, kind);
        assertEquals(1, decode(writer.log(), writer.end(0)).counts().foreignLines(), kind);
    }

    private static CapturedRun run(Captured captured, int index) {
        return Optional.ofNullable(captured.parts().cases().get(index)).orElseThrow();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
