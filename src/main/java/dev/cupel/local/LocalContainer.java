package dev.cupel.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.template.Expansion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One container of a rendered Job as a process here: its command, env, working folder, log and end. */
final class LocalContainer {
    /** The kubelet rotates at 10 MiB; more than this is not kept either. */
    static final int MAX_LOG_BYTES = 12 << 20;

    private final JsonNode spec;
    private final Sandbox sandbox;
    private final Path folder;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private volatile @Nullable Process process;

    /** @param folder private to this run; the caller deletes it */
    LocalContainer(JsonNode spec, Sandbox sandbox, Path folder) {
        this.spec = spec;
        this.sandbox = sandbox;
        this.folder = folder;
    }

    /** @throws IOException if nothing could be started */
    void start() throws IOException {
        Map<String, String> env = environment();
        List<String> command = command(env);
        Path terminationLog = Files.createFile(folder.resolve("termination-log"));
        Path tmp = Files.createDirectory(folder.resolve("tmp"));
        ProcessBuilder builder = new ProcessBuilder(sandbox.wrap(command, tmp, terminationLog))
                .directory(tmp.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().clear();
        builder.environment().putAll(env);
        if (!sandbox.isThere()) {
            builder.environment().put("TMPDIR", tmp.toString());
            builder.environment().put("CUPEL_TERMINATION_LOG", terminationLog.toString());
        }
        process = builder.start();
    }

    /** Reads the log to its end and waits for the process; ends it at the deadline as the kubelet does. */
    int await(Duration deadline, Duration grace) throws IOException, InterruptedException {
        Process running = process();
        Thread reader = Thread.ofVirtual().start(() -> readLog(running.getInputStream()));
        if (!running.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
            terminate(grace);
        }
        int code = running.waitFor();
        if (!sandbox.isThere()) {
            Leftovers.kill(folder);
        }
        // Something that could not be found may hold the pipe: its log ends here all the same.
        reader.join(Duration.ofSeconds(2));
        return code;
    }

    /** SIGTERM, and SIGKILL for all that is left after the grace. */
    void terminate(Duration grace) throws InterruptedException {
        Process running = process();
        List<ProcessHandle> family = running.descendants().toList();
        // bubblewrap passes no signal on: SIGTERM goes to the process inside, its only child.
        running.toHandle()
                .children()
                .findFirst()
                .filter(_ -> sandbox.isThere())
                .orElse(running.toHandle())
                .destroy();
        if (!running.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
            running.destroyForcibly();
        }
        family.forEach(ProcessHandle::destroyForcibly);
    }

    private Process process() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    private void readLog(InputStream in) {
        byte[] buffer = new byte[64 << 10];
        try (in) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                synchronized (log) {
                    log.write(buffer, 0, Math.min(n, MAX_LOG_BYTES - log.size()));
                }
            }
        } catch (IOException e) {
            // The pipe was closed under us: what was read is the log.
        }
    }

    byte[] log() {
        synchronized (log) {
            return log.toByteArray();
        }
    }

    /** What the container left in its termination message file, at most 4096 bytes as in a cluster. */
    String terminationMessage() throws IOException {
        byte[] message = Files.readAllBytes(folder.resolve("termination-log"));
        return new String(message, 0, Math.min(message.length, 4096), StandardCharsets.UTF_8);
    }

    private Map<String, String> environment() {
        Map<String, String> env = new LinkedHashMap<>();
        for (JsonNode variable : spec.path("env")) {
            env.put(
                    variable.path("name").asText(),
                    Expansion.expand(variable.path("value").asText(), env));
        }
        env.putIfAbsent("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        env.putIfAbsent("HOME", "/");
        return env;
    }

    private List<String> command(Map<String, String> env) throws IOException {
        List<String> words = new ArrayList<>();
        spec.path("command").forEach(word -> words.add(Expansion.expand(word.asText(), env)));
        spec.path("args").forEach(word -> words.add(Expansion.expand(word.asText(), env)));
        String name = words.getFirst();
        Path executable = (name.startsWith("python") ? Executables.findPython(name) : Executables.find(name))
                .orElseThrow(() -> new IOException("no \"" + name + "\" on this machine's PATH"));
        words.set(0, executable.toString());
        return words;
    }
}
