package dev.cupel.local;

import static dev.cupel.local.Run.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SandboxTest {
    private static final List<String> COMMAND = List.of("/usr/bin/true");

    private final List<String> warnings = new ArrayList<>();

    @Test
    void whereBubblewrapIsMissingItWarnsOnceAndWrapsNothing() {
        Sandbox none = Sandbox.detect(Optional.empty(), warnings::add);
        assertEquals(1, warnings.size());
        assertTrue(warnings.getFirst().contains("UNSANDBOXED"), warnings.toString());
        assertFalse(none.isThere());
        assertEquals(COMMAND, none.wrap(COMMAND, Path.of("/a"), Path.of("/b")));
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
        private final Sandbox sandbox = Sandbox.detect(Executables.find("bwrap"), warnings::add);
        private final LocalJobApi jobs = new LocalJobApi("crucible", 2, _ -> {}, _ -> {}, sandbox);

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
    }
}
