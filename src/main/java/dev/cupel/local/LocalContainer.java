package dev.cupel.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.kubernetes.Expansion;
import dev.cupel.local.sandbox.CompiledSupervisor;
import dev.cupel.local.sandbox.Executable;
import dev.cupel.local.sandbox.Limits;
import dev.cupel.local.sandbox.NotStarted;
import dev.cupel.local.sandbox.Sandbox;
import dev.cupel.local.sandbox.ToolPath;
import dev.cupel.rejection.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** One container of a rendered Job as a process here: its command, env, working folder, log and end. */
final class LocalContainer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LocalContainer.class);
    private static final Duration TICK = Duration.ofMillis(50);

    private final Node node;
    private final Path folder;
    private final boolean supervised;
    private final TerminationLog terminationLog;
    private final Process process;
    private final MemoryWatchdog watch;
    private final ContainerLog log = new ContainerLog();
    private final AtomicBoolean terminating = new AtomicBoolean();

    private LocalContainer(
            Node node, Path folder, boolean supervised, TerminationLog terminationLog, Process process, long memory) {
        this.node = node;
        this.folder = folder;
        this.supervised = supervised;
        this.terminationLog = terminationLog;
        this.process = process;
        this.watch =
                new MemoryWatchdog(process.toHandle(), memory, node.sandbox().isThere() ? 1 : 0, supervised);
    }

    /**
     * Starts it.
     *
     * @param folder private to this run; the caller deletes it
     * @param supervised whether the container's first process is a supervisor
     * @throws NotStarted if nothing could be started
     */
    static LocalContainer start(Node node, JsonNode spec, Limits limits, Path folder, boolean supervised)
            throws NotStarted, InterruptedException {
        Command command = command(node, spec, supervised);
        try {
            TerminationLog terminationLog = TerminationLog.create(folder.resolve("termination-log"));
            try {
                ProcessBuilder builder = builder(node, command, limits, folder, terminationLog.path());
                return new LocalContainer(
                        node,
                        folder,
                        supervised,
                        terminationLog,
                        node.spawner().start(builder),
                        limits.memoryBytes().orElse(Long.MAX_VALUE));
            } catch (IOException | InterruptedException | RuntimeException e) {
                terminationLog.close();
                throw e;
            }
        } catch (IOException e) {
            LOG.warnf("a job could not be started: %s", Quoted.message(String.valueOf(e.getMessage())));
            // Java's own message names folders of this machine, the system's beneath it does not.
            String why = e.getCause() instanceof IOException cause ? ": " + cause.getMessage() : "";
            throw new NotStarted("its process could not be started" + why);
        }
    }

    /** What is run: how, with what environment, and what its program finds on the PATH. */
    private record Command(
            Executable executable, CompiledSupervisor.Start start, Map<String, String> env, ToolPath tools) {}

    private static Command command(Node node, JsonNode spec, boolean supervised)
            throws NotStarted, InterruptedException {
        Map<String, String> env = environment(spec);
        List<String> words = new ArrayList<>();
        spec.path("command").forEach(word -> words.add(Expansion.expand(word.asText(), env)));
        spec.path("args").forEach(word -> words.add(Expansion.expand(word.asText(), env)));
        String first = words.isEmpty() ? "" : words.getFirst();
        Executable executable = node.executables().find(first);
        List<String> named = supervised ? SupervisorWords.tools(words) : List.of(first);
        List<String> arguments = words.subList(1, words.size());
        CompiledSupervisor.Start start = supervised
                ? node.supervisor().start(executable, arguments)
                : new CompiledSupervisor.Start(arguments, List.of());
        return new Command(executable, start, env, ToolPath.of(node.executables(), named));
    }

    private static ProcessBuilder builder(Node node, Command command, Limits limits, Path folder, Path terminationLog)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder()
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        Map<String, String> env = builder.environment();
        env.clear();
        env.putAll(command.env());
        Sandbox sandbox = node.sandbox();
        if (sandbox.isThere()) {
            long size = limits.tmpBytes().orElse(Sandbox.TMP_BYTES);
            List<String> mounts = new ArrayList<>(command.tools().mounts(command.executable()));
            mounts.addAll(command.start().mounts());
            var inside = new Sandbox.Inside(node.folder().etc(), terminationLog, size, mounts);
            env.putIfAbsent("PATH", command.tools().inSandbox());
            return builder.command(
                            sandbox.wrap(command.executable(), command.start().words(), inside))
                    .directory(Path.of("/").toFile());
        }
        Path tmp = Files.createDirectory(folder.resolve("tmp"));
        List<String> words = new ArrayList<>(List.of(command.executable().path().toString()));
        words.addAll(command.start().words());
        env.putIfAbsent("PATH", command.tools().linkedIn(folder.resolve("links")));
        env.put("TMPDIR", tmp.toString());
        env.put("CUPEL_TERMINATION_LOG", terminationLog.toString());
        return builder.command(words).directory(tmp.toFile());
    }

    /** Reads the log to its end and waits for the process; ends it at the deadline as the kubelet does. */
    int await(Duration deadline, Duration grace) throws InterruptedException {
        Thread reader = Thread.ofVirtual().start(() -> log.read(process.getInputStream()));
        if (!hasEndedWithin(deadline)) {
            terminate(grace);
        }
        int code = process.waitFor();
        if (!node.sandbox().isThere()) {
            OrphanProcesses.kill(folder);
        }
        // Something that could not be found may hold the pipe: its log ends here all the same.
        reader.join(Duration.ofSeconds(2));
        return code;
    }

    private boolean hasEndedWithin(Duration time) throws InterruptedException {
        long until = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
            if (process.waitFor(Math.min(left, TICK.toNanos()), TimeUnit.NANOSECONDS)) {
                return true;
            }
            watch.look();
        }
        return false;
    }

    /** SIGTERM, and SIGKILL for all that is left after the grace. Asked twice, it is done once. */
    void terminate(Duration grace) throws InterruptedException {
        if (!terminating.compareAndSet(false, true)) {
            return;
        }
        long until = System.nanoTime() + grace.toNanos();
        boolean told = false;
        while (System.nanoTime() < until) {
            if (!told || supervised) {
                told |= tell();
            }
            if (hasEndedWithin(TICK)) {
                return;
            }
        }
        kill();
    }

    /**
     * Sends SIGTERM to the container's first process, if it is there and takes it: the first process of a namespace
     * loses a signal that it neither blocks nor handles yet. A supervisor gets it again and again: it counts only the
     * first, and a signal of the program's own can take the place of one of ours.
     */
    private boolean tell() {
        Optional<ProcessHandle> ready = first().filter(first -> isReady(first.pid()));
        ready.ifPresent(ProcessHandle::destroy);
        return ready.isPresent();
    }

    /** bubblewrap passes no signal on: it goes to the process inside, its only child. */
    private Optional<ProcessHandle> first() {
        return node.sandbox().isThere() ? process.toHandle().children().findFirst() : Optional.of(process.toHandle());
    }

    private boolean isReady(long pid) {
        return supervised
                ? Proc.takesSigterm(pid).orElse(true)
                : Proc.name(pid).filter(Sandbox.HELPERS::contains).isEmpty();
    }

    /** Ends it and all that it started, at once. */
    void kill() {
        List<ProcessHandle> family = process.descendants().toList();
        process.destroyForcibly();
        family.forEach(ProcessHandle::destroyForcibly);
    }

    boolean isOutOfMemory() {
        return watch.isOutOfMemory();
    }

    ContainerLog log() {
        return log;
    }

    /** The end of what the container left in its termination message file. */
    String terminationMessage() {
        return terminationLog.message();
    }

    @Override
    public void close() {
        try {
            terminationLog.close();
        } catch (IOException e) {
            LOG.debugf("a file could not be closed: %s", Quoted.message(String.valueOf(e.getMessage())));
        }
    }

    private static Map<String, String> environment(JsonNode spec) {
        Map<String, String> env = new LinkedHashMap<>();
        for (JsonNode variable : spec.path("env")) {
            env.put(
                    variable.path("name").asText(),
                    Expansion.expand(variable.path("value").asText(), env));
        }
        env.putIfAbsent("HOME", "/");
        return env;
    }
}
