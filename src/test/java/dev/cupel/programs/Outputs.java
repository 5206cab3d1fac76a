package dev.cupel.programs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;

/** All that can be printed. */
final class Outputs {
    private static final int MIB = 1 << 20;

    /** SHA-256 of 0, 1, 2, …, one after another: nothing compresses it, and both languages can make it. */
    static final String NOISE = """
            import hashlib, os
            def noise(size):
                return b''.join(hashlib.sha256(str(i).encode()).digest() for i in range(size // 32))
            def write(fd, data):
                while data: data = data[os.write(fd, data[:65536]):]
            """;

    static final String WRITE_BOTH = """
            data = noise(4 << 20)
            while data:
                write(1, data[:16384]); write(2, data[:16384])
                data = data[16384:]
            """;

    private Outputs() {}

    static List<Program> all() {
        return List.of(
                Program.of("prints nothing at all", "pass").gives(Expected.exited(0)),
                prints("CR and CRLF", "a\rb\r\nc\r\r\n\n\r"),
                prints("NUL", "a\0b\0\n\0"),
                prints("what is no UTF-8", "\u00ff\u00fe\u00c3\n\u00ed\u00a0\u0080 \u0080 fin"),
                prints("no final newline", "one\ntwo"),
                prints("JSON", "{\"a\": {\"b\": [null, true, 1.50]}, \"c\": \"'\\\"\"}\n"),
                prints("escape sequences", "\u001b[2J\u001b]0;x\u0007\b\b\f"),
                Program.of("prints on stderr only", "import os\nos.write(2, b'oh')")
                        .gives(Expected.exited(0).stderr("oh")),
                everyByte(),
                longLine(),
                Program.of("writes a million single bytes", """
                                import os
                                for i in range(1_000_000): os.write(1, b'%d' % (i % 10))
                                """)
                        .with("timeout", 300)
                        .with("cpu_limit", "2")
                        .gives(Expected.exited(0).stdout("0123456789".repeat(100_000))),
                thirtyMegabytes(),
                bothAtOnce(),
                Program.of(
                                "prints look-alike frames",
                                "print('\\n@cupel1 0 k bAAAA 0123456789abcdef0123456789abcdef\\n')")
                        .gives(Expected.exited(0).stdout("\n@cupel1 0 k bAAAA 0123456789abcdef0123456789abcdef\n\n")),
                Program.of("closes its outputs and goes on", """
                                import os, time
                                os.write(1, b'so far'); os.close(1); os.close(2)
                                time.sleep(0.5)
                                os._exit(4)
                                """)
                        .gives(Expected.exited(4).stdout("so far")),
                Program.of("may print nothing", "print('no')\nraise SystemExit(5)")
                        .with("output_limit", 0)
                        .gives(Expected.exited(5).stdout(Output.cut("no\n".getBytes(US_ASCII), 0, 0))),
                interrupted("under an interval timer", """
                        import atexit, signal
                        signal.signal(signal.SIGALRM, lambda *_: None)
                        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
                        atexit.register(signal.setitimer, signal.ITIMER_REAL, 0)
                        """),
                interrupted("into a stdout that was made non-blocking", "import os\nos.set_blocking(1, False)\n"),
                Program.of("aborts in the middle of a line", "import os\nprint('so far', end='')\nos.abort()")
                        .gives(Expected.signalled("SIGABRT").stdout("so far")),
                Program.of("prints lines from many processes at once", """
                                import multiprocessing
                                def work(name):
                                    for _ in range(200): print(name * 50)
                                if __name__ == '__main__':
                                    context = multiprocessing.get_context('spawn')
                                    processes = [context.Process(target=work, args=('x',)) for _ in range(4)]
                                    [process.start() for process in processes]
                                    [process.join() for process in processes]
                                """)
                        .with("timeout", 60)
                        .gives(Expected.exited(0).stdout(("x".repeat(50) + "\n").repeat(800))),
                noiseOnOne(),
                noiseOnBoth());
    }

    /** By every way that Python's own streams have: with -u, the rest of a write that is cut short would be lost. */
    private static Program interrupted(String how, String setUp) {
        return Program.of("prints much " + how, setUp + """
                        import json, sys
                        print('x' * 500000)
                        sys.stdout.write('x' * 500000)
                        sys.stdout.writelines(['x' * 250000, '\\n'])
                        sys.stdout.buffer.write(b'x' * 500000)
                        json.dump('x' * 500000, sys.stdout)
                        """)
                .with("output_limit", 4 << 20)
                .gives(Expected.exited(0)
                        .stdout("x".repeat(500_000) + "\n" + "x".repeat(750_000) + "\n" + "x".repeat(500_000) + "\""
                                + "x".repeat(500_000) + "\""));
    }

    private static Program prints(String what, String latin1) {
        StringBuilder literal = new StringBuilder();
        for (byte b : latin1.getBytes(ISO_8859_1)) {
            literal.append("\\x%02x".formatted(b));
        }
        return Program.of("prints " + what, "import os\nos.write(1, b'%s')".formatted(literal))
                .gives(Expected.exited(0).stdout(Output.of(latin1.getBytes(ISO_8859_1))));
    }

    private static Program everyByte() {
        byte[] pairs = new byte[2 * 65536];
        for (int i = 0; i < 65536; i++) {
            pairs[2 * i] = (byte) (i >> 8);
            pairs[2 * i + 1] = (byte) i;
        }
        return Program.of(
                        "prints every byte after every other",
                        "import sys\nfor i in range(65536): sys.stdout.buffer.write(bytes([i >> 8, i & 255]))")
                .gives(Expected.exited(0).stdout(Output.of(pairs)));
    }

    private static Program longLine() {
        return Program.of("prints a line of 300 KB", "print('0123456789' * 30_000)")
                .gives(Expected.exited(0).stdout("0123456789".repeat(30_000) + "\n"));
    }

    private static Program thirtyMegabytes() {
        byte[] all = "0123456789abcde\n".repeat(30_000_000 / 16).getBytes(US_ASCII);
        return Program.of("prints 30 MB", """
                        import sys
                        for _ in range(1875): sys.stdout.buffer.write(b'0123456789abcde\\n' * 1000)
                        """)
                .with("timeout", 120)
                .gives(Expected.exited(0).stdout(Output.cut(all, MIB, MIB)));
    }

    private static Program bothAtOnce() {
        return Program.of("prints on both streams at once", """
                        import os, threading
                        def write(fd):
                            for i in range(2000): os.write(fd, b'%07d\\n' % i * 50)
                        threads = [threading.Thread(target=write, args=(fd,)) for fd in (1, 2)]
                        for thread in threads: thread.start()
                        for thread in threads: thread.join()
                        """)
                .gives(Expected.exited(0).stdout(numbers()).stderr(numbers()));
    }

    private static String numbers() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            text.append("%07d\n".formatted(i).repeat(50));
        }
        return text.toString();
    }

    private static Program noiseOnOne() {
        return Program.of("prints 4 MiB of noise", NOISE + "write(1, noise(4 << 20))")
                .with("output_limit", 4 * MIB)
                .with("timeout", 120)
                .gives(Expected.exited(0).stdout(Output.of(noise(4 * MIB))));
    }

    /** Of 12 MiB as base64, the log holds 9.5: what is kept of each depends on who was faster, but not the sum. */
    private static Program noiseOnBoth() {
        Output cut = Output.cut(noise(4 * MIB), 2 * MIB, 4 * MIB);
        Output whole = Output.of(noise(4 * MIB));
        Program program = Program.of("prints 4 MiB of noise on both streams", NOISE + WRITE_BOTH)
                .with("output_limit", 4 * MIB)
                .with("timeout", 120);
        for (Place place : Place.values()) {
            program.givesOn(place, Expected.exited(0).stdout(cut).stderr(cut));
            program.givesOn(place, Expected.exited(0).stdout(whole).stderr(cut));
        }
        return program;
    }

    static byte[] noise(int size) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] noise = new byte[size];
            for (int i = 0; i < size / 32; i++) {
                byte[] block = digest.digest(Integer.toString(i).getBytes(US_ASCII));
                System.arraycopy(block, 0, noise, 32 * i, 32);
            }
            return Arrays.copyOf(noise, size);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
