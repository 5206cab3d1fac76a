package dev.cupel.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Something that stops in the middle of its work, without a word, and is started again by whoever minds it. */
enum Fault {
    NONE,
    RENDER("cupel-system", "serving.knative.dev/service=render"),
    SUBMIT("cupel-system", "serving.knative.dev/service=submit"),
    COLLECT("cupel-system", "serving.knative.dev/service=collect"),
    BROKER_INGRESS("knative-eventing", "eventing.knative.dev/brokerRole=ingress"),
    BROKER_FILTER("knative-eventing", "eventing.knative.dev/brokerRole=filter"),
    DISPATCHER("knative-eventing", "messaging.knative.dev/role=dispatcher"),
    SOURCE("cupel-system", "eventing.knative.dev/source=apiserver-source-controller"),
    API_SERVER;

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Optional<String> namespace;
    private final String selector;

    Fault() {
        this.namespace = Optional.empty();
        this.selector = "";
    }

    Fault(String namespace, String selector) {
        this.namespace = Optional.of(namespace);
        this.selector = selector;
    }

    /** Kills it, and waits until it is there again where nothing would wait for it by itself. */
    void strike(Cluster cluster) {
        if (namespace.isPresent()) {
            killPods(cluster, namespace.get());
        } else if (this == API_SERVER) {
            killApiServer(cluster);
        }
    }

    /** SIGKILL: no grace, no last words. */
    private void killPods(Cluster cluster, String where) {
        var pods = cluster.client().pods().inNamespace(where).withLabelSelector(selector);
        Cluster.await(
                "a Pod of " + selector, LIMIT, () -> !pods.list().getItems().isEmpty());
        pods.withGracePeriod(0).delete();
    }

    private static void killApiServer(Cluster cluster) {
        Path lab = Path.of(cluster.kubectl().command().getFirst());
        String home = System.getenv().getOrDefault("LAB_HOME", System.getProperty("user.home") + "/.cache/lab");
        try {
            long pid = Long.parseLong(
                    Files.readString(Path.of(home, "run", "kube-apiserver.pid")).strip());
            ProcessHandle server = ProcessHandle.of(pid).orElseThrow();
            server.destroyForcibly();
            server.onExit().join();
            Process up = new ProcessBuilder(lab.toString(), "up")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (up.waitFor() != 0) {
                throw new AssertionError("the lab did not come up again");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether it can be had on this cluster: a process can be stopped in the lab only. */
    boolean isPossible() {
        return this != API_SERVER || Kubectl.isLab();
    }
}
