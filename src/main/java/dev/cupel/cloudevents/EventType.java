package dev.cupel.cloudevents;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** The events that Cupel takes or sends, by their {@code type}. */
public enum EventType {
    REQUESTED("dev.cupel.job.requested.v1"),
    RENDERED("dev.cupel.job.rendered.v1"),
    SUBMITTED("dev.cupel.job.submitted.v1"),
    FINISHED("dev.cupel.job.finished.v1"),
    REJECTED("dev.cupel.job.rejected.v1"),
    CANCEL("dev.cupel.job.cancel.v1"),
    /** Knative's ApiServerSource in Resource mode: the data is the object. */
    RESOURCE_UPDATE("dev.knative.apiserver.resource.update"),
    /** The same for an object that is new. */
    RESOURCE_ADD("dev.knative.apiserver.resource.add"),
    /** The same for an object that is gone: the data is what it was at last. */
    RESOURCE_DELETE("dev.knative.apiserver.resource.delete"),
    /** Knative's PingSource: time to sweep. */
    PING("dev.knative.sources.ping");

    /** Before the path of a schema: a URI of its own that names a thing and no host, so that it is the same everywhere. */
    private static final String SCHEMAS = "dev.cupel:/schema/";

    /** Those that Cupel itself sends. */
    private static final Set<EventType> SENT = EnumSet.of(RENDERED, SUBMITTED, FINISHED, REJECTED);

    private final String wireName;

    EventType(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    /** The URI of the schema of its data; none for Knative's own. The path in it is where each server shows the schema. */
    public Optional<String> schema() {
        return Optional.of(wireName)
                .filter(name -> name.startsWith("dev.cupel."))
                .map(name -> SCHEMAS + name + ".json");
    }

    /** The {@code dataschema} of an event of this type. What others send names none, or one of their own. */
    static Optional<String> dataSchema(String wireName) {
        return find(wireName).filter(SENT::contains).flatMap(EventType::schema);
    }

    public static Optional<EventType> find(String wireName) {
        return Arrays.stream(values())
                .filter(type -> type.wireName.equals(wireName))
                .findFirst();
    }
}
