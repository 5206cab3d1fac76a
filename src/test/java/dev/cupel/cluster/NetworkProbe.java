package dev.cupel.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A Pod that says which addresses it reaches ({@code network-probe.py}), and that listens itself; gone when it is closed. */
final class NetworkProbe implements AutoCloseable {
    static final String CODE = Cluster.resource("network-probe.py");

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    /** How late a network plugin may fence a Pod. */
    private static final Duration SETTLED = Duration.ofSeconds(30);

    private final Cluster cluster;
    private final Pod pod;

    private NetworkProbe(Cluster cluster, Pod pod) {
        this.cluster = cluster;
        this.pod = pod;
    }

    /**
     * Starts one and waits until it answers.
     *
     * @param labels by which NetworkPolicies know it
     * @param targets what it tries to reach, {@code HOST:PORT} or {@code dns}, by name
     */
    static NetworkProbe start(
            Cluster cluster, String namespace, String name, Map<String, String> labels, Map<String, String> targets) {
        String arguments = targets.entrySet().stream()
                .map(target -> "        - \"" + target.getKey() + "=" + target.getValue() + "\"")
                .collect(Collectors.joining("\n"));
        String manifest = Cluster.resource("network-probe.yaml")
                .replace("__NAMESPACE__", namespace)
                .replace("__NAME__", name)
                .replace("__LABELS__", Cluster.JSON.valueToTree(labels).toString())
                .replace("__IMAGE__", TestImage.name())
                .replace("__CODE__", CODE.stripTrailing().indent(10).stripTrailing())
                .replace("__TARGETS__", arguments);
        Pod pod = (Pod) cluster.client()
                .load(new ByteArrayInputStream(manifest.getBytes(UTF_8)))
                .items()
                .getFirst();
        cluster.client().resource(pod).create();
        NetworkProbe probe = new NetworkProbe(cluster, pod);
        try {
            Cluster.await(
                    "probe " + name + " ready",
                    START_LIMIT,
                    () -> cluster.client().pods().resource(pod).isReady());
            return probe;
        } catch (RuntimeException | AssertionError e) {
            probe.close();
            throw e;
        }
    }

    String address() {
        return cluster.client().resource(pod).get().getStatus().getPodIP();
    }

    /** The names of what it reaches at this moment. */
    Set<String> reached() {
        Set<String> names = new TreeSet<>();
        cluster.getFromPod(pod.getMetadata().getNamespace(), pod.getMetadata().getName())
                .forEach(name -> names.add(name.asText()));
        return names;
    }

    /** What it reaches once that is {@code expected} twice in a row; where it is not for half a minute, what it reached last. */
    Set<String> settlesAt(Set<String> expected) {
        long deadline = System.nanoTime() + SETTLED.toNanos();
        while (true) {
            Set<String> first = reached();
            Set<String> second = reached();
            if ((first.equals(expected) && second.equals(expected)) || System.nanoTime() > deadline) {
                return second;
            }
            Cluster.sleep(Duration.ofSeconds(1));
        }
    }

    @Override
    public void close() {
        cluster.client().resource(pod).withGracePeriod(0).delete();
    }
}
