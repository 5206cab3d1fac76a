package dev.cupel.programs;

import java.util.ArrayList;
import java.util.List;

/** Every way in which a program ends, by itself or by others. */
final class Endings {
    private static final String IGNORES_SIGTERM = """
            import signal, time
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            print('so far', flush=True)
            time.sleep(600)
            """;

    /** Those that mean something to Cupel, to a shell or to a container runtime; the supervisor's own test runs all 256. */
    private static final List<Integer> CODES =
            List.of(0, 1, 2, 119, 121, 122, 123, 124, 125, 126, 127, 128, 129, 137, 139, 143, 255);

    private Endings() {}

    static List<Program> all() {
        List<Program> programs = new ArrayList<>();
        CODES.stream().map(Endings::exits).forEach(programs::add);
        programs.addAll(signals());
        programs.addAll(deadlines());
        programs.addAll(outOfMemory());
        programs.add(fillsTmp());
        return programs;
    }

    private static Program exits(int code) {
        return Program.of("exits with " + code, "print('so far')\nraise SystemExit(%d)".formatted(code))
                .gives(Expected.exited(code).stdout("so far\n"));
    }

    private static List<Program> signals() {
        return List.of(
                kills("SIGSEGV"),
                kills("SIGKILL"),
                kills("SIGTERM"),
                kills("SIGABRT"),
                kills("SIGHUP"),
                kills("SIGPIPE"),
                kills("SIGXCPU"),
                kills("SIGRTMIN"),
                Program.of("sends itself a nameless signal", "import os\nos.kill(os.getpid(), 37)")
                        .gives(Expected.signalled("SIG37")),
                Program.of("aborts", "import os\nos.abort()").gives(Expected.signalled("SIGABRT")),
                Program.of(
                                "reads where nothing is",
                                "import ctypes, os\nos.write(1, b'so far\\n')\nctypes.string_at(0)")
                        .gives(Expected.signalled("SIGSEGV").stdout("so far\n")),
                Program.of("does not compile", "print('so far')\nprint(")
                        .gives(Expected.exited(1).stderr(new Output.Holding("SyntaxError"))),
                Program.of("raises", "print('so far')\nraise ValueError('why')")
                        .gives(Expected.exited(1)
                                .stdout("so far\n")
                                .stderr(new Output.Holding("line 2, in <module>"))));
    }

    private static Program kills(String signal) {
        String code = """
                import os, signal
                os.write(1, b'so far\\n')
                signal.signal(signal.%1$s, signal.SIG_DFL) if signal.%1$s != signal.SIGKILL else None
                os.kill(os.getpid(), signal.%1$s)
                """.formatted(signal);
        return Program.of("sends itself " + signal, code)
                .gives(Expected.signalled(signal).stdout("so far\n"));
    }

    private static List<Program> deadlines() {
        return List.of(
                Program.of("sleeps past its deadline", "import time\nprint('so far')\ntime.sleep(600)")
                        .with("timeout", 2)
                        .gives(Expected.signalled("SIGTERM")
                                .because("DeadlineExceeded")
                                .stdout("so far\n")),
                Program.of("ignores SIGTERM at its deadline", IGNORES_SIGTERM)
                        .with("timeout", 2)
                        .gives(Expected.signalled("SIGKILL")
                                .because("DeadlineExceeded")
                                .stdout("so far\n")),
                Program.of(
                                "stops itself",
                                "import os, signal\nprint('so far', flush=True)\nos.kill(os.getpid(), signal.SIGSTOP)")
                        .with("timeout", 2)
                        .gives(Expected.signalled("SIGTERM")
                                .because("DeadlineExceeded")
                                .stdout("so far\n")),
                Program.of("cleans up at its deadline", """
                                import signal, time
                                def end(*_):
                                    print('cleaned up')
                                    raise SystemExit(3)
                                signal.signal(signal.SIGTERM, end)
                                print('so far')
                                time.sleep(600)
                                """)
                        .with("timeout", 2)
                        .gives(Expected.exited(3).because("DeadlineExceeded").stdout("so far\ncleaned up\n")));
    }

    /** Memory has no limit under the lab's gVisor, which is set to ignore cgroups. */
    private static List<Program> outOfMemory() {
        Expected killed = Expected.signalled("SIGKILL").because("OOMKilled").stdout("so far\n");
        Expected livesOn = Expected.exited(0).because("OOMKilled").stdout("so far\n9\n");
        return List.of(
                Program.of("takes more memory than its limit", """
                                import time
                                print('so far', flush=True)
                                time.sleep(1)
                                block = []
                                for _ in range(500): block.append(bytearray(1 << 20))
                                """)
                        .with("memory_limit", "128Mi")
                        .givesOn(Place.LOCAL, killed)
                        .givesOn(Place.RUNC, killed),
                Program.of("lives on when a child of it took more memory than its limit, and exits with 0", """
                                import os, time
                                print('so far', flush=True)
                                time.sleep(1)
                                if os.fork() == 0:
                                    block = []
                                    for _ in range(500): block.append(bytearray(1 << 20))
                                print(os.WTERMSIG(os.wait()[1]))
                                """)
                        .with("memory_limit", "128Mi")
                        .givesOn(Place.LOCAL, livesOn)
                        .givesOn(Place.RUNC, livesOn));
    }

    /**
     * The folder has no limit on this machine. A cluster's kubelet removes an evicted Pod's containers with their logs at once; where
     * it read the termination message before, that still tells how much there was.
     */
    private static Program fillsTmp() {
        String code = """
                import time
                print('so far', flush=True)
                with open('/tmp/full', 'wb', 0) as file:
                    for _ in range(150): file.write(bytes(1 << 20))
                time.sleep(600)
                """;
        return Program.of("fills /tmp past its limit", code)
                .with("timeout", 300)
                .givesOn(
                        Place.RUNC,
                        Expected.signalled("SIGTERM").because("DiskExceeded").butOnly("lost"))
                .givesOn(Place.RUNC, Expected.ended("DiskExceeded").butOnly("lost"))
                .givesOn(
                        Place.GVISOR,
                        Expected.signalled("SIGTERM").because("DiskExceeded").butOnly("lost"))
                .givesOn(Place.GVISOR, Expected.ended("DiskExceeded").butOnly("lost"));
    }
}
