package dev.cupel.programs;

import java.util.List;

/**
 * Programs that want their result to say what is not so, or that want to outlive it. Each ends, where its attack comes to
 * nothing, with exit code 9 and "true" on stdout.
 */
final class Attacks {
    private static final Expected TRUTH = Expected.exited(9).stdout("true\n");

    /** A supervisor that was killed from inside: never a success, and nobody vouches for what arrived. */
    private static final Expected KILLED = Expected.signalled("SIGKILL").butOnly("partial", "lost");

    private static final String END = "\nprint('true', flush=True)\nraise SystemExit(9)\n";

    /**
     * {@code forge(ended)} gives a complete set of frames with a key of its own, which says that the program printed "forged" and
     * ended well; {@code into(path, text)} writes it there if that can be done at all.
     */
    private static final String FORGE = """
            import base64, hashlib, hmac, json, os, signal, time
            key = os.urandom(32)
            def frame(seq, kind, data):
                text = '%d %s b%s' % (seq, kind, base64.b64encode(data).decode())
                return '\\n@cupel1 %s %s\\n' % (text, hmac.new(key, text.encode(), 'sha256').hexdigest()[:32])
            def stream(data):
                return {'bytes': len(data), 'sha256': hashlib.sha256(data).hexdigest(), 'kept': len(data)}
            def last(exit=0, sig=None, ended='exited'):
                return frame(2, 'r', json.dumps({
                    'key': key.hex(), 'exit': exit, 'signal': sig, 'ended': ended, 'stdout': stream(b'forged\\n'),
                    'stderr': stream(b''), 'wall': 0.1, 'cpu': 0.1, 'rss': 1, 'started': time.time(), 'finished': time.time()
                }, separators=(',', ':')).encode())
            def forge(**end):
                return frame(0, 'k', hashlib.sha256(key).hexdigest().encode()) + frame(1, 'o', b'forged\\n') + last(**end)
            def into(path, text):
                try:
                    with open(path, 'w') as file: file.write(text)
                except OSError: pass
            """;

    private Attacks() {}

    static List<Program> all() {
        return List.of(
                attack("writes into the log around its supervisor", """
                        for _ in range(100): into('/proc/1/fd/1', 'forged\\n')
                        into('/proc/1/fd/1', 'torn frame @cupel1 1 o bAAA')"""),
                attack("writes a complete forged set of frames into the log", "into('/proc/1/fd/1', forge())"),
                attack("writes forged frames at the end of its run from a child that it leaves behind", """
                        if os.fork() == 0:
                            os.setsid()
                            while True: into('/proc/1/fd/1', forge())
                        time.sleep(0.5)"""),
                attack(
                        "forges the termination message",
                        "forged = last()\ninto('/dev/termination-log', forged)\nassert open('/dev/termination-log').read() == forged"),
                attack("puts something else in the termination message's place", """
                        for attempt in (lambda: os.unlink('/dev/termination-log'),
                                        lambda: os.rename('/dev/termination-log', '/dev/x'),
                                        lambda: os.symlink('/tmp/x', '/dev/termination-log'),
                                        lambda: os.chmod('/dev/termination-log', 0)):
                            try: attempt()
                            except OSError: pass
                        into('/dev/termination-log', 'forged')"""),
                killing("forges all and kills PID 1", """
                        into('/dev/termination-log', last())
                        into('/proc/1/fd/1', forge())
                        os.kill(1, signal.SIGKILL)
                        time.sleep(1)"""),
                killing("forges a run that SIGKILL ended and kills PID 1", """
                        into('/dev/termination-log', last(exit=None, sig='SIGKILL', ended='signalled'))
                        into('/proc/1/fd/1', forge(exit=None, sig='SIGKILL', ended='signalled'))
                        os.kill(1, signal.SIGKILL)
                        time.sleep(1)"""),
                killing("sends PID 1 every signal that is said to end it", """
                        for number in signal.valid_signals() - {signal.SIGSTOP}:
                            os.kill(1, number)
                        time.sleep(1)"""),
                stopping(),
                attack("kills all it can reach", """
                        try: os.kill(-1, signal.SIGKILL)
                        except OSError: pass
                        time.sleep(0.2)"""),
                limits("RLIMIT_AS", Expected.ended("SupervisorBroken").butOnly("partial")),
                limits("RLIMIT_DATA", Expected.ended("SupervisorBroken").butOnly("partial"))
                        .butNotOn(Place.GVISOR)
                        .givesOn(Place.GVISOR, TRUTH.stderr(new Output.Anything())),
                limits("RLIMIT_NOFILE", Expected.ended("SupervisorBroken").butOnly("partial")),
                keepsTheLastWord(),
                // The kernel's own SIGKILL: nothing tells it from others.
                limits("RLIMIT_CPU", KILLED),
                limits("RLIMIT_FSIZE", TRUTH.stderr(new Output.Anything())),
                attack("says that the kubelet wants an end", """
                        import ctypes
                        info = (ctypes.c_int * 32)(signal.SIGTERM, 0, 0, 0, 0, 0)
                        for code in (0, -1, -6, 128):
                            info[2] = code
                            ctypes.CDLL(None).syscall(129, 1, signal.SIGTERM, info)  # rt_sigqueueinfo
                        os.kill(1, signal.SIGTERM)
                        time.sleep(0.5)"""),
                attack("has the kernel forget who wants an end", """
                        import ctypes, resource
                        info = (ctypes.c_int * 32)(signal.SIGTERM, 0, -1, 0, 0, 0)
                        soft, hard = resource.prlimit(1, resource.RLIMIT_SIGPENDING)
                        for limit in (0, 1):
                            resource.prlimit(1, resource.RLIMIT_SIGPENDING, (limit, hard))
                            ctypes.CDLL(None).syscall(129, 1, signal.SIGTERM, info)  # rt_sigqueueinfo
                            time.sleep(0.3)""").butNotOn(Place.GVISOR),
                attack("takes the number of its own end for a later process", """
                        if os.fork() == 0:
                            os.setsid()
                            for _ in range(500):
                                if os.fork() == 0: os._exit(0)
                        time.sleep(0.2)"""),
                Program.of("drowns the signal that would end it", FORGE + """
                                print('true', flush=True)
                                for _ in range(2):
                                    if os.fork() == 0:
                                        while True: os.kill(1, signal.SIGTERM)
                                time.sleep(600)
                                """)
                        // Its own wish, so it gets it: no cluster asked for that end.
                        .givesOn(Place.LOCAL, Expected.signalled("SIGTERM").stdout("true\n"))
                        .givesOn(Place.RUNC, Expected.signalled("SIGTERM").stdout("true\n"))
                        .givesOn(Place.GVISOR, Expected.signalled("SIGTERM").stdout("true\n")),
                attack("wants to see its supervisor's memory", """
                        import ctypes
                        libc = ctypes.CDLL(None, use_errno=True)
                        assert libc.ptrace(16, 1, 0, 0) == -1, 'PTRACE_ATTACH'
                        assert libc.ptrace(0x4206, 1, 0, 0) == -1, 'PTRACE_SEIZE'
                        for path in ('/proc/1/mem', '/proc/1/map_files'):
                            try:
                                open(path, 'rb').read(1)
                                raise SystemExit(path)
                            except OSError: pass
                        local = ctypes.create_string_buffer(4096)
                        vector = (ctypes.c_size_t * 2)(ctypes.addressof(local), 4096)
                        for address in range(0x400000, 0x500000, 4096):
                            remote = (ctypes.c_size_t * 2)(address, 4096)
                            assert libc.process_vm_readv(1, vector, 1, remote, 1, 0) == -1, 'process_vm_readv'"""),
                attack("leaves a daemon that keeps its outputs open", """
                        if os.fork() == 0:
                            os.setsid()
                            signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
                            time.sleep(600)"""),
                attack("leaves a daemon by a double fork", """
                        if os.fork() == 0:
                            os.setsid()
                            if os.fork(): os._exit(0)
                            os.close(0)
                            time.sleep(600)
                        os.wait()"""),
                attack("leaves a process that is born again and again", """
                        if os.fork() == 0:
                            os.setsid()
                            while True:
                                if os.fork(): os._exit(0)
                        time.sleep(0.3)"""),
                attack("leaves a stopped child", """
                        if os.fork() == 0: os.kill(os.getpid(), signal.SIGSTOP)
                        time.sleep(0.3)"""),
                rotation(),
                forkBomb(),
                smallForkBomb());
    }

    private static Program attack(String name, String code) {
        return Program.of(name, FORGE + code + END).gives(TRUTH);
    }

    /** Linux lets no signal from inside to PID 1; gVisor does let SIGKILL. */
    private static Program killing(String name, String code) {
        return attack(name, code).butNotOn(Place.GVISOR).givesOn(Place.GVISOR, KILLED);
    }

    private static Program stopping() {
        String name = "stops PID 1";
        String code = "os.kill(1, signal.SIGSTOP)\ntime.sleep(0.5)";
        return attack(name, code)
                .with("timeout", 5)
                .butNotOn(Place.GVISOR)
                // gVisor lets it: then the Pod's own deadline ends both.
                .givesOn(
                        Place.GVISOR,
                        Expected.signalled("SIGKILL")
                                .because("DeadlineExceeded")
                                .butOnly("partial"));
    }

    /**
     * {@code prlimit} asks only for the same user, and a supervisor without memory, descriptors or time cannot do its work. Then
     * nobody knows how the program ended, but by whose hand; and what it forged does not pass for an answer.
     */
    private static Program limits(String which, Expected broken) {
        String code = """
                import resource
                into('/dev/termination-log', last())
                into('/proc/1/fd/1', forge())
                try: resource.prlimit(1, resource.%s, (0, 0))
                except OSError: pass
                until = time.time() + 3
                while time.time() < until: os.write(2, bytes(3000))
                """.formatted(which);
        return Program.of("sets %s of PID 1 to 0".formatted(which), FORGE + code + END)
                .givesOn(Place.LOCAL, broken)
                .givesOn(Place.RUNC, broken)
                .givesOn(Place.GVISOR, broken);
    }

    /**
     * Its supervisor cannot open the termination message any more, and 125 is what it exits with for a program that was never
     * started: that shall not become an error.
     */
    private static Program keepsTheLastWord() {
        String code = """
                import resource
                into('/dev/termination-log', last(None, None, 'notstarted'))
                resource.prlimit(1, resource.RLIMIT_NOFILE, (0, 0))
                raise SystemExit(125)
                """;
        Expected broken = Expected.ended("SupervisorBroken").butOnly("partial");
        return Program.of("keeps the last word in the termination message, and exits with 125", FORGE + code)
                .givesOn(Place.LOCAL, broken)
                .givesOn(Place.RUNC, broken)
                .givesOn(Place.GVISOR, broken);
    }

    /** Past 10 MiB the kubelet throws the log's beginning away, the true first frame with it. */
    private static Program rotation() {
        String code = """
                print('true', flush=True)
                for _ in range(30): into('/proc/1/fd/1', 'x' * 99 + '\\n' + 'y' * 1000000)
                time.sleep(15)
                into('/proc/1/fd/1', forge())
                raise SystemExit(9)
                """;
        return Program.of("floods the log until it is rotated, and forges its new beginning", FORGE + code)
                .with("timeout", 120)
                .gives(TRUTH)
                .givesOn(Place.GVISOR, Expected.exited(9).butOnly("lost"));
    }

    private static Program forkBomb() {
        String code = """
                import os
                while True:
                    try: os.fork()
                    except OSError: pass
                """;
        return Program.of("is a fork bomb", code)
                .with("memory_limit", "128Mi")
                .with("timeout", 5)
                // Who of them is killed, and whether the supervisor is among them, is the kernel's choice.
                .givesOn(Place.RUNC, Expected.ended("OOMKilled").butOnly("exact", "partial", "lost"))
                .givesOn(
                        Place.RUNC,
                        Expected.signalled("SIGKILL").because("OOMKilled").butOnly("exact", "partial", "lost"))
                .givesOn(
                        Place.RUNC,
                        Expected.signalled("SIGTERM").because("OOMKilled").butOnly("exact", "partial", "lost"))
                // On this machine they are limited in number, or all killed where root's are not.
                .givesOn(
                        Place.LOCAL,
                        Expected.signalled("SIGTERM")
                                .because("DeadlineExceeded")
                                .butOnly("exact"))
                .givesOn(Place.LOCAL, Expected.signalled("SIGKILL").butOnly("partial", "lost"))
                .givesOn(
                        Place.LOCAL,
                        Expected.signalled("SIGKILL").because("OOMKilled").butOnly("exact", "partial", "lost"));
    }

    /**
     * Where nothing limits memory, as under the lab's gVisor, a bomb of its full size takes the node with it and every job on it.
     */
    private static Program smallForkBomb() {
        String code = """
                import os, time
                for _ in range(9): os.fork()
                time.sleep(600)
                """;
        return Program.of("is a fork bomb of 512", code)
                .with("timeout", 20)
                .givesOn(
                        Place.GVISOR,
                        Expected.signalled("SIGKILL").because("OOMKilled").butOnly("exact", "partial", "lost"))
                .givesOn(
                        Place.GVISOR,
                        Expected.signalled("SIGTERM")
                                .because("DeadlineExceeded")
                                .butOnly("exact"));
    }
}
