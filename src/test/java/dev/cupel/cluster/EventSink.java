package dev.cupel.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.schema.Held;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.NamespaceListVisitFromServerGetDeleteRecreateWaitApplicable;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;

/** A Pod that keeps what a Trigger of its own brings from the broker; Pod, Service and Trigger are gone when it is closed. */
final class EventSink implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final String PROBE = "probe-";

    private final Cluster cluster;
    private final String name;
    private final NamespaceListVisitFromServerGetDeleteRecreateWaitApplicable<HasMetadata> resources;

    private EventSink(Cluster cluster, String name, String manifest) {
        this.cluster = cluster;
        this.name = name;
        this.resources = cluster.client()
                .resourceList(cluster.client()
                        .load(new ByteArrayInputStream(manifest.getBytes(UTF_8)))
                        .items());
    }

    /**
     * Starts a sink and waits until events reach it.
     *
     * @param filter the attributes that an event must have to be brought, as a Trigger's {@code filter.attributes}
     */
    static EventSink open(Cluster cluster, Map<String, String> filter) {
        String name = "test-sink-" + UUID.randomUUID().toString().substring(0, 8);
        String manifest = Cluster.resource("event-sink.yaml")
                .replace("__NAME__", name)
                .replace("__IMAGE__", TestImage.name())
                .replace("__FILTER__", Cluster.JSON.valueToTree(filter).toString());
        EventSink sink = new EventSink(cluster, name, manifest);
        try {
            sink.resources.create();
            sink.awaitReady();
            sink.awaitProbe(filter);
            return sink;
        } catch (RuntimeException | Error e) {
            sink.close();
            throw e;
        }
    }

    /** The first event that {@code wanted} holds for; fails if none has come within {@code limit}. */
    Event await(String what, Duration limit, Predicate<Event> wanted) {
        Cluster.await(what, limit, () -> find(wanted).isPresent());
        return find(wanted).orElseThrow();
    }

    /** All that came so far, in the order in which it came. */
    List<Event> events() {
        return received().stream().filter(event -> !isProbe(event)).toList();
    }

    private List<Event> received() {
        List<Event> events = new ArrayList<>();
        cluster.getFromPod(Cluster.SYSTEM, name).forEach(one -> events.add(decode(one)));
        return events;
    }

    private Optional<Event> find(Predicate<Event> wanted) {
        return events().stream().filter(wanted).findFirst();
    }

    private void awaitReady() {
        var pod = cluster.client().pods().inNamespace(Cluster.SYSTEM).withName(name);
        Cluster.await("sink Pod " + name + " ready", START_LIMIT, pod::isReady);
        var trigger = cluster.client()
                .genericKubernetesResources("eventing.knative.dev/v1", "Trigger")
                .inNamespace(Cluster.SYSTEM)
                .withName(name);
        Cluster.await("Trigger " + name + " ready", START_LIMIT, () -> isReady(trigger.get()));
    }

    /** A Trigger says that it is ready some time before the broker's filter and dispatcher know of it. */
    private void awaitProbe(Map<String, String> filter) {
        Map<String, String> attributes =
                new TreeMap<>(Map.of("specversion", "1.0", "type", "dev.cupel.test.probe.v1", "source", "/cupel-test"));
        attributes.putAll(filter);
        Cluster.await("events reach sink " + name, START_LIMIT, () -> {
            attributes.put("id", PROBE + UUID.randomUUID());
            try {
                cluster.send(new Event(attributes, Cluster.JSON.createObjectNode()));
            } catch (AssertionError e) {
                return false; // The broker may just have lost another sink.
            }
            return received().stream().anyMatch(EventSink::isProbe);
        });
    }

    private static boolean isProbe(Event event) {
        return event.get("id").startsWith(PROBE);
    }

    private static boolean isReady(GenericKubernetesResource resource) {
        for (JsonNode condition : Cluster.JSON.valueToTree(resource).at("/status/conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    private static Event decode(JsonNode received) {
        Map<String, String> attributes = new TreeMap<>();
        received.path("headers").forEachEntry((header, value) -> {
            if (header.startsWith("ce-")) {
                attributes.put(header.substring("ce-".length()), value.asText());
            }
        });
        byte[] body = Base64.getDecoder().decode(received.path("body").asText());
        JsonNode data = Cluster.decode(body);
        String type = String.valueOf(attributes.get("type"));
        assertEquals(List.of(), Held.faults(type, data), () -> type + ": " + data);
        return new Event(attributes, data);
    }

    @Override
    public void close() {
        resources.withGracePeriod(0).delete();
    }
}
