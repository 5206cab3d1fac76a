package dev.cupel.collect;

import dev.cupel.collect.captured.Captured;
import dev.cupel.collect.frames.FrameDecoder;
import dev.cupel.collect.frames.FrameWriter;


import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Decoding the log of a program, with all that is checked, beside a bare SHA-256 over what it printed. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CollectBenchmark {
    /** Of the output. */
    @Param({"64", "4096"})
    public int kib;

    @Param({"noise", "text", "letter"})
    public String output = "";

    private byte[] printed = new byte[0];
    private byte[] log = new byte[0];
    private FrameWriter writer = new FrameWriter(new Random(3), 0);

    @Setup
    public void prepare() {
        printed = new byte[kib << 10];
        Random random = new Random(1);
        switch (output) {
            case "noise" -> random.nextBytes(printed);
            case "text" -> {
                for (int at = 0; at < printed.length; at++) {
                    printed[at] = (byte) (at % 80 == 79 ? '\n' : 'a' + random.nextInt(12));
                }
            }
            default -> Arrays.fill(printed, (byte) 'x');
        }
        writer = new FrameWriter(new Random(3), printed.length).stdout(printed).exits(0);
        log = writer.log();
    }

    @Benchmark
    public byte[] sha256() {
        return FrameWriter.sha256(printed);
    }

    @Benchmark
    public Captured decode() throws IOException {
        return FrameDecoder.decode(new ByteArrayInputStream(log), writer.end(0));
    }
}
