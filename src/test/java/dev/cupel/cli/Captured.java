package dev.cupel.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What a command writes and how it ends, when it is called in this process. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Captured(int code, byte[] stdout, String stderr) {
    interface Call {
        int run() throws Exception;
    }

    /** No test that uses it may run beside another. */
    static Captured of(Call call) throws Exception {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(stdout, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(stderr, true, StandardCharsets.UTF_8));
            int code = call.run();
            return new Captured(code, stdout.toByteArray(), stderr.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    String text() {
        return new String(stdout, StandardCharsets.UTF_8);
    }
}
