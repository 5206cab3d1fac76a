package dev.cupel.local;

import static dev.cupel.local.Run.request;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.Await;
import dev.cupel.TestTags;
import dev.cupel.json.Canonical;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.local.sandbox.Sandbox;
import dev.cupel.local.sandbox.SandboxTest;
import dev.cupel.local.sandbox.SystemFolders;
import dev.cupel.rejection.Unavailable;
import dev.cupel.render.SupervisorCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Without a sandbox, so that it is the same on every machine; {@link SandboxTest} has what bubblewrap adds. */
@Tag(TestTags.SLOW)
@Timeout(60)
class LocalJobApiTest {
    private final CopyOnWriteArrayList<ObjectNode> changes = new CopyOnWriteArrayList<>();
    private final LocalJobApi jobs = of(2);

    private LocalJobApi of(int atOnce) {
        return new LocalJobApi("crucible", atOnce, changes::add, _ -> {}, Sandbox.detect(Optional.empty(), _ -> {}));
    }

    @AfterEach
    void close() {
        jobs.close();
    }

    @Test
    void aProgramPastItsTimeoutIsStoppedAndWhatItPrintedIsThere() throws InterruptedException {
        JsonNode result = Run.start(
                        jobs,
                        request("import time\nprint('so far', flush=True)\ntime.sleep(60)")
                                .put("timeout", 1))
                .result();
        assertEquals("DeadlineExceeded", result.path("reason").asText());
        assertEquals("so far\n", result.at("/stdout/text").asText());
        assertEquals("exact", result.path("capture").asText());
    }

    @Test
    void aProgramWithoutSupervisorPastItsDeadlineIsStoppedToo() throws InterruptedException {
        JsonNode result = Run.start(
                        jobs,
                        request("import time\nprint('so far')\ntime.sleep(60)")
                                .put("timeout", 1)
                                .put("template", "seed"))
                .result();
        assertEquals("DeadlineExceeded", result.path("reason").asText());
        assertEquals("so far\n", result.at("/stdout/text").asText());
        assertEquals("log", result.path("capture").asText());
    }

    @Test
    void cancelGivesTheProgramTimeForItsLastWords() throws InterruptedException {
        Run run = Run.start(jobs, request("""
                        import signal, sys, time
                        signal.signal(signal.SIGTERM, lambda *_: (print('last words'), sys.exit(3)))
                        print('so far')
                        time.sleep(60)
                        """));
        run.awaitLog();
        run.cancel();
        JsonNode result = run.result();
        assertEquals("Cancelled", result.path("reason").asText());
        assertEquals("so far\nlast words\n", result.at("/stdout/text").asText());
        assertEquals(3, result.path("exit_code").asInt());
        assertEquals("exact", result.path("capture").asText());
    }

    @Test
    void aProgramThatWillNotStopIsKilledAfterTwoSeconds() throws InterruptedException {
        Run run = Run.start(
                jobs,
                request("import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
                        + "print('so far')\nwhile True: time.sleep(60)"));
        run.awaitLog();
        long from = System.nanoTime();
        run.cancel();
        JsonNode result = run.result();
        double seconds = (System.nanoTime() - from) / 1e9;
        assertTrue(seconds > 1.5 && seconds < 6, "took " + seconds + " s");
        assertEquals("Cancelled", result.path("reason").asText());
        assertEquals("SIGKILL", result.path("signal").asText());
        assertEquals("so far\n", result.at("/stdout/text").asText());
    }

    @Test
    void nothingOfTheServersEnvironmentReachesTheProgram() throws InterruptedException {
        JsonNode result = Run.start(jobs, ((ObjectNode) request("import os\nprint('\\n'.join(sorted(os.environ)))")
                        .set(
                                "env",
                                com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                                        .objectNode()
                                        .put("MINE", "1"))))
                .result();
        Set<String> names = new TreeSet<>(
                Arrays.asList(result.at("/stdout/text").asText().strip().split("\n", -1)));
        names.remove("LC_CTYPE"); // Python's own, where the locale is C (PEP 538).
        assertEquals(
                new TreeSet<>(
                        Set.of("CUPEL_TERMINATION_LOG", "EVAL_ID", "HOME", "MINE", "PATH", "PYTHONPATH", "TMPDIR")),
                names);
    }

    @Test
    void itsFolderIsPrivateAndDeletedWhenItEnds() throws InterruptedException {
        JsonNode result = Run.start(
                        jobs,
                        request("import os\nos.makedirs('a/b')\nopen('a/b/c', 'w').close()\nos.symlink('/', 'root')\n"
                                + "os.chmod('a/b', 0)\nprint(os.getcwd(), oct(os.stat('../..').st_mode & 0o777))"))
                .result();
        String[] printed = result.at("/stdout/text").asText().strip().split(" ", -1);
        assertEquals("0o700", printed[1]);
        awaitGone(Path.of(printed[0]));
        assertTrue(Files.isDirectory(Path.of("/tmp")), "a link is deleted, not what it leads to");
    }

    private static void awaitGone(Path folder) throws InterruptedException {
        // The Job has ended just before.
        Await.until(folder + " is gone", () -> !Files.exists(folder.getParent()));
    }

    @Test
    void filesAndStandardInputReachTheProgram() throws InterruptedException {
        ObjectNode request = request("import sys\nprint(sys.stdin.read() + open('in/put.txt').read() + sys.argv[1])");
        request.put("stdin", "a").putObject("files").put("in/put.txt", "b");
        request.putArray("args").add("$(HOME) $$");
        assertEquals(
                "ab$(HOME) $$\n",
                Run.start(jobs, request).result().at("/stdout/text").asText());
    }

    @Test
    void whatAProgramLeavesRunningIsKilledWithIt() throws InterruptedException {
        for (String template : new String[] {"python", "seed"}) {
            ObjectNode request = request(
                            "import subprocess, sys\nsubprocess.Popen(['sleep', '50'], start_new_session=True)")
                    .put("template", template);
            String evalId = request.path("eval_id").asText();
            JsonNode result = Run.start(jobs, request).result();
            assertEquals("Completed", result.path("reason").asText());
            awaitNoProcessOf(evalId);
        }
    }

    @Test
    void nothingRunsAfterClose() throws InterruptedException {
        LocalJobApi own = of(1);
        ObjectNode request = request("import time\nprint(1)\ntime.sleep(60)");
        ObjectNode waiting = request("print(1)");
        Run run = Run.start(own, request);
        run.awaitLog();
        Run.start(own, waiting);
        assertTrue(isRunning(request.path("eval_id").asText()));
        own.close();
        assertFalse(isRunning(request.path("eval_id").asText()));
        assertFalse(isRunning(waiting.path("eval_id").asText()));
    }

    @Test
    void aDeletedJobIsGoneAndItsProgramToo() throws InterruptedException {
        ObjectNode request = request("import time\nprint(1)\ntime.sleep(60)");
        Run run = Run.start(jobs, request);
        run.awaitLog();
        assertTrue(jobs.deleteJob(run.name()));
        assertFalse(run.isThere());
        awaitNoProcessOf(request.path("eval_id").asText());
    }

    private static void awaitNoProcessOf(String evalId) throws InterruptedException {
        Await.until("no process is left", () -> !isRunning(evalId));
    }

    /** By the environment, which the template gives the eval_id, and this very process does not have. */
    private static boolean isRunning(String evalId) {
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            Path environ = Path.of("/proc", Long.toString(process.pid()), "environ");
            if (read(environ).contains("EVAL_ID=" + evalId)) {
                return true;
            }
        }
        return false;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // It ended meanwhile.
        }
    }

    @Test
    void aProgramThatIsNotOnThisMachineCouldNotBeStarted() throws InterruptedException {
        JsonNode result = Run.startChanged(jobs, request("pass"), job -> {
                    ArrayNode command = (ArrayNode) job.at("/spec/template/spec/containers/0/command");
                    command.set(0, "no-such-interpreter");
                })
                .result();
        assertEquals("error", result.path("outcome").asText());
        assertEquals("StartFailed", result.path("reason").asText());
        assertTrue(result.path("message").asText().contains("no \"no-such-interpreter\""), result.toString());
        assertEquals("none", result.path("capture").asText());
        assertTrue(result.path("exit_code").isNull());
    }

    @Test
    void twoRunAtOnceAndAThirdWaitsForItsTurn() throws InterruptedException {
        Run first = Run.start(jobs, request("import time\nprint(1)\ntime.sleep(60)"));
        Run second = Run.start(jobs, request("import time\nprint(2)\ntime.sleep(60)"));
        first.awaitLog();
        second.awaitLog();
        Run third = Run.start(jobs, request("print(3)"));
        third.awaitProgress("queued");
        first.cancel();
        assertEquals("3\n", third.result().at("/stdout/text").asText());
        assertEquals("running", second.progress());
        second.cancel();
        assertEquals("2\n", second.result().at("/stdout/text").asText());
    }

    @Test
    void aJobThatIsCancelledBeforeItsTurnNeverRan() throws InterruptedException {
        LocalJobApi one = of(1);
        Run first = Run.start(one, request("import time\nprint(1)\ntime.sleep(60)"));
        first.awaitLog();
        Run waiting = Run.start(one, request("print(2)"));
        waiting.awaitProgress("queued");
        waiting.cancel();
        JsonNode result = waiting.result();
        assertEquals("Cancelled", result.path("reason").asText());
        assertEquals("none", result.path("capture").asText());
        assertEquals("running", first.progress());
        one.close();
    }

    @Test
    void aJobIsGoneWhenItsTimeIsOver() throws InterruptedException {
        Run run = Run.startChanged(
                jobs, request("pass"), job -> ((ObjectNode) job.get("spec")).put("ttlSecondsAfterFinished", 1));
        run.result();
        awaitGone(run);
    }

    @Test
    void settlingALongKeptJobLowersItsTime() throws InterruptedException {
        Run run = Run.start(jobs, request("pass"));
        run.result();
        Thread.sleep(50);
        assertTrue(run.isThere());
        ObjectNode patch = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
        patch.putObject("spec").put("ttlSecondsAfterFinished", 0);
        jobs.patchJob(run.name(), patch);
        awaitGone(run);
    }

    private static void awaitGone(Run run) throws InterruptedException {
        Await.until("the Job is gone", () -> !run.isThere());
    }

    private static ObjectNode settled() {
        ObjectNode patch = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
        ObjectNode metadata = patch.putObject("metadata");
        metadata.putObject("labels").put(CupelMetadata.SETTLED, "true");
        metadata.putObject("annotations").put(CupelMetadata.SETTLED, "2026-01-01T00:00:00Z");
        patch.putObject("spec").put("ttlSecondsAfterFinished", 300);
        return patch;
    }

    private static String podOf(LocalJobApi jobs, Run run) {
        return jobs.listPods(run.name()).getFirst().at("/metadata/name").asText();
    }

    private static List<Path> kept(Node node) throws IOException {
        Path folder = Objects.requireNonNull(node.folder().forKept().getParent());
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static Node node() {
        return Node.of(
                Sandbox.detect(Optional.empty(), _ -> {}),
                SystemFolders.path(),
                List.of(),
                SupervisorCommand.inline().words());
    }

    @Test
    void aSettledJobLiesInASmallFileAndIsTheSame() throws Exception {
        Node node = node();
        try (LocalJobApi own = new LocalJobApi("crucible", 1, changes::add, _ -> {}, node)) {
            Run run = Run.start(own, request("print('it is', 1)"));
            JsonNode result = withoutTime(run.result());
            ObjectNode job = own.findJob(run.name()).orElseThrow();
            List<ObjectNode> pods = own.listPods(run.name());
            byte[] log = own.readLog(podOf(own, run)).orElseThrow();
            assertEquals(List.of(), kept(node));

            assertTrue(own.patchJob(run.name(), settled()));
            assertEquals(1, kept(node).size());
            long textBytes = SupervisorCommand.inline().words().getLast().length();
            long size = Files.size(kept(node).getFirst());
            assertTrue(size < textBytes / 2, size + " bytes, with a text of " + textBytes);

            LocalObjects.merge(job, settled());
            // By their text: a number that was a long may be an int now.
            assertEquals(job.toString(), own.findJob(run.name()).orElseThrow().toString());
            assertEquals(
                    Canonical.of(job).digest(),
                    Canonical.of(own.findJob(run.name()).orElseThrow()).digest());
            assertEquals(pods.toString(), own.listPods(run.name()).toString());
            assertArrayEquals(log, own.readLog(podOf(own, run)).orElseThrow());
            assertEquals(result, withoutTime(run.result()));
        }
    }

    private static JsonNode withoutTime(JsonNode result) {
        ((ObjectNode) result.path("timings")).remove("collected_at");
        return result;
    }

    @Test
    void aSettledJobIsChangedAsAnyOther() throws Exception {
        Node node = node();
        try (LocalJobApi own = new LocalJobApi("crucible", 1, changes::add, _ -> {}, node)) {
            Run run = Run.start(own, request("print(1)"));
            run.result();
            own.patchJob(run.name(), settled());
            ObjectNode more = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
            more.putObject("metadata").putObject("annotations").put("more", "yes");
            own.patchJob(run.name(), more);
            assertEquals(1, kept(node).size());
            assertEquals(
                    "yes",
                    own.findJob(run.name())
                            .orElseThrow()
                            .at("/metadata/annotations/more")
                            .asText());
            assertEquals("1\n", run.result().at("/stdout/text").asText());
            more.putObject("spec").put("ttlSecondsAfterFinished", 0);
            own.patchJob(run.name(), more);
            awaitGone(run);
            Await.until("its file is gone", () -> isEmpty(node));
        }
    }

    private static boolean isEmpty(Node node) {
        try {
            return kept(node).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /** A sweep looks at every Job each minute: it must not cost what is settled, however much that is. */
    @Test
    void whoAsksForUnsettledJobsDoesNotReadTheOthers() throws Exception {
        Node node = node();
        try (LocalJobApi own = new LocalJobApi("crucible", 1, changes::add, _ -> {}, node)) {
            Run run = Run.start(own, request("print(1)"));
            run.result();
            assertEquals(1, own.listUnsettled(10, Optional.empty()).items().size());
            own.patchJob(run.name(), settled());
            Files.delete(kept(node).getFirst());
            assertEquals(List.of(), own.listUnsettled(10, Optional.empty()).items());
            assertEquals(Set.of(), own.listRunning());
            assertThrows(Unavailable.class, () -> own.findJob(run.name()));
            assertTrue(own.deleteJob(run.name()));
            assertEquals(Optional.empty(), own.findJob(run.name()));
        }
    }

    @Test
    void aListenerIsToldWhatChangesAndNotTheProgramEachTime() throws InterruptedException {
        CopyOnWriteArrayList<ObjectNode> deleted = new CopyOnWriteArrayList<>();
        try (LocalJobApi own =
                new LocalJobApi("crucible", 1, changes::add, deleted::add, Sandbox.detect(Optional.empty(), _ -> {}))) {
            Run unsettled = Run.start(own, request("print(1)"));
            unsettled.result();
            own.deleteJob(unsettled.name());
            Run run = Run.start(own, request("print(1)"));
            run.result();
            own.patchJob(run.name(), settled());
            own.deleteJob(run.name());
        }
        assertTrue(changes.stream().noneMatch(job -> job.path("spec").has("template")));
        assertTrue(changes.stream().allMatch(job -> job.path("spec").has("backoffLimit")));
        assertTrue(deleted.getFirst().path("spec").has("template"), "it is all that is left to make a result of");
        assertFalse(deleted.getLast().path("spec").has("template"));
        assertEquals(
                "true",
                deleted.getLast()
                        .at("/metadata/labels")
                        .path(CupelMetadata.SETTLED)
                        .asText());
    }

    @Test
    void everyChangeIsToldInOrder() throws InterruptedException {
        Run run = Run.start(jobs, request("pass"));
        run.result();
        ObjectNode last = changes.getLast();
        assertEquals("Complete", last.at("/status/conditions/0/type").asText());
        assertEquals(run.name().value(), last.at("/metadata/name").asText());
        assertTrue(changes.stream().anyMatch(job -> job.at("/status/active").asInt() == 1));
    }

    /** The program may do with the file what it likes: {@link TerminationLog}. */
    @Test
    void whatAProgramMakesOfItsTerminationLogIsNoReasonToHaveNoResult() throws InterruptedException {
        for (String trick : new String[] {
            "os.truncate(path, 3 << 30); os.chmod(path, 0o400)",
            "os.chmod(path, 0)",
            "os.unlink(path); os.mkfifo(path)",
            "os.unlink(path); os.symlink('/etc/passwd', path)",
            "os.unlink(path); os.mkdir(path)",
        }) {
            JsonNode result = Run.start(
                            jobs, request("import os\nprint(1)\npath = os.environ['CUPEL_TERMINATION_LOG']\n" + trick))
                    .result();
            assertEquals("Completed", result.path("reason").asText(), trick + ": " + result);
            assertEquals("1\n", result.at("/stdout/text").asText(), trick);
        }
    }

    @Test
    void aListenerThatFailsKeepsNoJobFromItsEnd() throws InterruptedException {
        try (LocalJobApi own = new LocalJobApi(
                "crucible",
                1,
                _ -> {
                    throw new AssertionError("forced");
                },
                _ -> {},
                Sandbox.detect(Optional.empty(), _ -> {}))) {
            assertEquals(
                    "1\n",
                    Run.start(own, request("print(1)"))
                            .result()
                            .at("/stdout/text")
                            .asText());
        }
    }

    @Test
    void whatIsNotEnforcedIsNamed() throws InterruptedException {
        JsonNode result = Run.start(jobs, request("pass")).result();
        assertEquals(
                "[\"image\",\"cpu_limit\",\"tmp_size\",\"isolation\"]",
                result.path("unenforced").toString());
    }
}
