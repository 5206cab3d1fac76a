package dev.cupel.http.door;

import dev.cupel.cloudevents.EventType;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What one instance of the program does: one function, or all of them and the HTTP calls. */
public enum Role {
    RENDER,
    SUBMIT,
    COLLECT,
    API;

    private static final Set<EventType> COLLECTS = Collections.unmodifiableSet(EnumSet.of(
            EventType.RESOURCE_ADD,
            EventType.RESOURCE_UPDATE,
            EventType.RESOURCE_DELETE,
            EventType.PING,
            EventType.FINISHED,
            EventType.CANCEL));
    private static final Set<EventType> ALL = all();

    private static Set<EventType> all() {
        Set<EventType> all = EnumSet.of(EventType.REQUESTED, EventType.RENDERED);
        all.addAll(COLLECTS);
        return Collections.unmodifiableSet(all);
    }

    /** The event types that it answers. */
    public Set<EventType> takes() {
        return switch (this) {
            case RENDER -> EnumSet.of(EventType.REQUESTED);
            case SUBMIT -> EnumSet.of(EventType.RENDERED);
            case COLLECT -> COLLECTS;
            case API -> ALL;
        };
    }
}
