package dev.cupel.local.sandbox;

import static dev.cupel.local.Run.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.TestTags;
import dev.cupel.local.LocalJobApi;
import dev.cupel.local.Node;
import dev.cupel.local.Run;
import dev.cupel.local.Spawner;
import dev.cupel.render.SupervisorCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag(TestTags.SLOW)
@Timeout(60)
public class SandboxTest {
    private final List<String> warnings = new ArrayList<>();

    @Test
    void whereBubblewrapIsMissingItWarnsOnceAndWrapsNothing() {
        Sandbox none = Sandbox.detect(Optional.empty(), warnings::add);
        assertEquals(1, warnings.size());
        assertTrue(warnings.getFirst().contains("UNSANDBOXED"), warnings.toString());
        assertFalse(none.isThere());
        Executable program = new Executable(Path.of("/usr/bin/true"), List.of());
        assertEquals(List.of("/usr/bin/true", "a"), none.wrapTrial(program, List.of("a")));
        assertEquals(1, warnings.size());
    }

    @Test
    void whereBubblewrapDoesNotWorkItWarnsToo(@TempDir Path folder) throws IOException {
        Path broken = Files.writeString(folder.resolve("bwrap"), "#!/bin/sh\nexit 1\n");
        Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rwx------"));
        assertFalse(Sandbox.detect(Optional.of(broken), warnings::add).isThere());
        assertEquals(1, warnings.size());
    }

    /** Where bubblewrap is installed and works. */
    @Nested
    class Inside {
        private final Sandbox sandbox =
                Sandbox.detect(SystemFolders.onPath(SystemFolders.path(), "bwrap"), warnings::add);
        private final LocalJobApi jobs = new LocalJobApi(
                "crucible",
                2,
                _ -> {},
                _ -> {},
                Node.of(
                        sandbox,
                        SystemFolders.path(),
                        SystemFolders.homes(),
                        SupervisorCommand.inline().words()));

        @AfterEach
        void close() {
            jobs.close();
        }

        private JsonNode run(String code) throws InterruptedException {
            assumeTrue(sandbox.isThere(), "skipped: bubblewrap is not installed here, or does not work");
            return Run.start(jobs, request(code)).result();
        }

        @Test
        void itWarnsOfNothing() throws InterruptedException {
            run("pass");
            assertEquals(List.of(), warnings);
        }

        @Test
        void theProgramSeesNoProcessButItsOwn() throws InterruptedException {
            JsonNode result = run("import os\nprint(len([p for p in os.listdir('/proc') if p.isdigit()]))");
            assertEquals("2\n", result.at("/stdout/text").asText(), "the supervisor and itself");
            assertEquals("exact", result.path("capture").asText());
        }

        @Test
        void theProgramReachesNoNetwork() throws InterruptedException {
            JsonNode result = run("""
                    import socket
                    print([name for _, name in socket.if_nameindex()])
                    try:
                        socket.create_connection(('192.0.2.1', 80), 1)
                    except OSError:
                        print('unreachable')
                    """);
            assertEquals("['lo']\nunreachable\n", result.at("/stdout/text").asText());
        }

        @Test
        void theProgramWritesNowhereButInItsFolder() throws InterruptedException {
            JsonNode result = run("""
                    import os
                    open('mine', 'w').close()
                    print(sorted(os.listdir()), sorted(os.listdir('/tmp')))
                    for path in '/usr/x', '/etc/x', '/root/x', '/home/x':
                        try:
                            open(path, 'w').close()
                            print('wrote', path)
                        except OSError:
                            pass
                    """);
            assertEquals(
                    "['main.py', 'mine'] ['.cupel', 'home', 'work']\n",
                    result.at("/stdout/text").asText());
        }

        @Test
        void noProgramChangesTheSupervisorOfTheNext() throws InterruptedException {
            String tries = """
                    import os
                    path = '/run/supervisor.pyc'
                    print(os.path.isfile(path))
                    for change in (
                        lambda: open(path, 'r+b'),
                        lambda: os.truncate(path, 0),
                        lambda: os.chmod(path, 0o777),
                        lambda: os.utime(path),
                        lambda: os.unlink(path),
                        lambda: os.rename('/tmp/other', path),
                        lambda: os.symlink('/tmp/other', '/run/more'),
                    ):
                        try:
                            change()
                            print('changed')
                        except OSError:
                            pass
                    """;
            for (int i = 0; i < 2; i++) {
                assertEquals("True\n", run(tries).at("/stdout/text").asText());
            }
        }

        @Test
        void whatAProgramLeavesRunningEndsWithIt() throws InterruptedException {
            JsonNode result = run("import subprocess\nsubprocess.Popen(['sleep', '50'], start_new_session=True)");
            assertEquals("Completed", result.path("reason").asText());
            assertEquals("exact", result.path("capture").asText());
        }

        @Test
        void cancelReachesTheProgramInside() throws InterruptedException {
            assumeTrue(sandbox.isThere(), "skipped: bubblewrap is not installed here, or does not work");
            Run run = Run.start(jobs, request("import time\nprint('so far')\ntime.sleep(60)"));
            run.awaitLog();
            run.cancel();
            JsonNode result = run.result();
            assertEquals("Cancelled", result.path("reason").asText());
            assertEquals("SIGTERM", result.path("signal").asText());
            assertEquals("so far\n", result.at("/stdout/text").asText());
        }

        /** The program and PDEATHSIG: see {@link Spawner}. Idle carrier threads end after 30 s. */
        @Test
        @Timeout(180)
        void aProgramRunsLongerThanAnIdleThreadLives() throws InterruptedException {
            for (int i = 0; i < 4; i++) {
                run("pass");
            }
            Run first = Run.start(
                    jobs, request("import time\ntime.sleep(45)\nprint(1)").put("timeout", 90));
            Run second = Run.start(
                    jobs, request("import time\ntime.sleep(45)\nprint(2)").put("timeout", 90));
            Thread.sleep(45_000);
            assertEquals("1\n", first.result().at("/stdout/text").asText());
            assertEquals("2\n", second.result().at("/stdout/text").asText());
        }

        @Test
        void aCancelRightAfterTheStartIsNotLost() throws InterruptedException {
            assumeTrue(sandbox.isThere(), "skipped: bubblewrap is not installed here, or does not work");
            for (int milliseconds : new int[] {0, 1, 10, 20, 30, 50, 70, 100}) {
                Run run = Run.start(jobs, request("import time\nfor i in range(60): print(i); time.sleep(1)"));
                Thread.sleep(milliseconds);
                long from = System.nanoTime();
                run.cancel();
                JsonNode result = run.result();
                assertEquals("cancelled", result.path("outcome").asText(), milliseconds + " ms: " + result);
                // Its process may not be there yet: then there is nothing to capture, and it never started.
                String capture = result.path("timings").path("started_at").isNull() ? "none" : "exact";
                assertEquals(capture, result.path("capture").asText(), milliseconds + " ms: " + result);
                assertTrue(System.nanoTime() - from < 6_000_000_000L, milliseconds + " ms");
            }
        }

        @Test
        void namesLeadWhereTheyDoInAContainer() throws InterruptedException {
            JsonNode result = run("""
                    import os, pwd, socket, socketserver, threading
                    print(socket.gethostbyname('localhost'), socket.gethostbyname(socket.gethostname()))
                    with socketserver.TCPServer(('localhost', 0), socketserver.BaseRequestHandler) as server:
                        socket.create_connection(('localhost', server.server_address[1]), 5).close()
                    print(pwd.getpwuid(os.getuid()).pw_uid, pwd.getpwnam('nobody').pw_uid)
                    try: socket.gethostbyname('example.com')
                    except OSError: print('no other')
                    """);
            assertEquals(
                    "127.0.0.1 127.0.0.1\n1000 65534\nno other\n",
                    result.at("/stdout/text").asText());
        }

        @Test
        void noNamespaceCanBeMadeInside() throws InterruptedException {
            assumeTrue(
                    sandbox.wrapTrial(new Executable(Path.of("/bin/true"), List.of()), List.of())
                            .contains("--disable-userns"),
                    "skipped: this bubblewrap is older than 0.8");
            JsonNode result = run("""
                    import ctypes
                    print(ctypes.CDLL(None).unshare(0x10000000))
                    print([line.split()[1] for line in open('/proc/self/status') if line.startswith('Cap')])
                    """);
            String none = "'0000000000000000'";
            assertEquals(
                    "-1\n[" + String.join(", ", java.util.Collections.nCopies(5, none)) + "]\n",
                    result.at("/stdout/text").asText());
        }

        /** Of the hundred MiB a few pages hold the program itself. */
        @Test
        void discsHaveSizesAndAllElseIsReadOnly() throws InterruptedException {
            assumeTrue(sandbox.limitsSizes(), "skipped: this bubblewrap is older than 0.7");
            JsonNode result = run("""
                    import os
                    for path in '/tmp/full', '/dev/shm/full', '/dev/termination-log':
                        size = 0
                        with open(path, 'wb', 0) as file:
                            try:
                                while size < 1 << 30: size += file.write(bytes(1 << 20))
                            except OSError: pass
                        print(size >> 20)
                        if path != '/dev/termination-log': os.unlink(path)
                    for path in '/x', '/dev/x', '/etc/x', '/proc/x':
                        try: open(path, 'w').close(); print('wrote', path)
                        except OSError: pass
                    """);
            assertEquals("99\n64\n101\n", result.at("/stdout/text").asText(), result.toString());
            assertEquals("exact", result.path("capture").asText());
        }

        @Test
        void whatTakesMoreMemoryThanItsLimitIsKilledAndSaysSo() throws InterruptedException {
            assumeTrue(sandbox.isThere(), "skipped: bubblewrap is not installed here, or does not work");
            String code = "print('so far', flush=True)\nblock = b'x' * (1 << 30)\nimport time\ntime.sleep(1)";
            JsonNode result =
                    Run.start(jobs, request(code).put("memory_limit", "128Mi")).result();
            assertEquals("OOMKilled", result.path("reason").asText(), result.toString());
            assertEquals("so far\n", result.at("/stdout/text").asText());
            assertEquals("exact", result.path("capture").asText());
        }

        /** A forked child shares its parent's pages: together they take them once. */
        @Test
        void whatIsSharedCountsOnce() throws InterruptedException {
            assumeTrue(sandbox.isThere(), "skipped: bubblewrap is not installed here, or does not work");
            JsonNode result =
                    Run.start(jobs, request("""
                            import os, time
                            block = b'x' * (80 << 20)
                            for _ in range(5):
                                if os.fork() == 0:
                                    time.sleep(1)
                                    os._exit(0)
                            print([os.wait()[1] for _ in range(5)])
                            """).put("memory_limit", "192Mi")).result();
            assertEquals("[0, 0, 0, 0, 0]\n", result.at("/stdout/text").asText(), result.toString());
            assertEquals("Completed", result.path("reason").asText());
        }

        @Test
        void whatIsNotEnforcedIsNamed() throws InterruptedException {
            JsonNode result = run("pass");
            assertEquals("[\"image\",\"cpu_limit\"]", result.path("unenforced").toString());
        }

        @Test
        void aForkBombEnds() throws InterruptedException {
            assumeTrue(sandbox.isThere(), "skipped: bubblewrap is not installed here, or does not work");
            JsonNode result = Run.start(jobs, request("""
                            import os
                            while True:
                                try: os.fork()
                                except OSError: pass
                            """).put("timeout", 3)).result();
            assertEquals("failure", result.path("outcome").asText(), result.toString());
        }

        @Test
        void nothingIsLeftOfAHundredJobs() throws Exception {
            run("pass");
            long threads = Thread.getAllStackTraces().size();
            for (int i = 0; i < 50; i++) {
                Run one = Run.start(jobs, request("import os\nos.makedirs('a/b')\nos.chmod('a', 0)"));
                Run other = Run.start(
                        jobs, request("import os\nif os.fork() == 0: os.setsid(); import time; time.sleep(99)"));
                one.result();
                other.result();
            }
            assertTrue(Thread.getAllStackTraces().size() < threads + 20, "threads");
            assertEquals(0, ProcessHandle.current().descendants().count());
            jobs.close();
        }

        @Test
        void aTerminationLogThatNobodyMayReadIsNoReasonToHaveNoResult() throws InterruptedException {
            JsonNode result = run("import os\nprint(1)\nos.truncate('/dev/termination-log', 90 << 20)\n"
                    + "os.chmod('/dev/termination-log', 0)");
            assertEquals("1\n", result.at("/stdout/text").asText());
            assertEquals("Completed", result.path("reason").asText(), result.toString());
        }
    }
}
