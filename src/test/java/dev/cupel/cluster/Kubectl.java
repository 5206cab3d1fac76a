package dev.cupel.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How this machine speaks to the cluster: the lab's script at {@code CUPEL_LAB} (environment, or system property
 * {@code cupel.lab}), else the {@code kubectl} on the path with the file that {@code KUBECONFIG} names.
 */
record Kubectl(List<String> command, Path kubeconfig) {
    record Answer(int exitCode, String stdout, String stderr) {}

    static Optional<Kubectl> find() {
        if (isLab()) {
            Path kubeconfig =
                    Path.of(run(List.of(lab(), "kubeconfig"), "").stdout().strip());
            return Optional.of(new Kubectl(List.of(lab(), "kubectl"), kubeconfig));
        }
        return Optional.ofNullable(System.getenv("KUBECONFIG"))
                .map(Path::of)
                .filter(Files::isRegularFile)
                .map(file -> new Kubectl(List.of("kubectl"), file));
    }

    /** Whether the cluster is a lab on this machine, whose processes can be stopped. */
    static boolean isLab() {
        return !lab().isEmpty();
    }

    private static String lab() {
        return System.getProperty("cupel.lab", System.getenv().getOrDefault("CUPEL_LAB", ""));
    }

    /** Runs kubectl to its end, with {@code stdin} as its input. */
    Answer run(String stdin, String... arguments) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(arguments));
        return run(all, stdin);
    }

    private static Answer run(List<String> command, String stdin) {
        try {
            Path stderr = Files.createTempFile("kubectl", ".stderr");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectError(stderr.toFile())
                        .start();
                try (var input = process.getOutputStream()) {
                    input.write(stdin.getBytes(UTF_8));
                }
                String stdout = new String(process.getInputStream().readAllBytes(), UTF_8);
                return new Answer(process.waitFor(), stdout, Files.readString(stderr));
            } finally {
                Files.delete(stderr);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
