package dev.cupel.cloudevents;

import java.util.Arrays;
import java.util.Optional;

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

    private final String wireName;

    EventType(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    public static Optional<EventType> find(String wireName) {
        return Arrays.stream(values())
                .filter(type -> type.wireName.equals(wireName))
                .findFirst();
    }
}
