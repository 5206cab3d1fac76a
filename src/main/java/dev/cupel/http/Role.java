package dev.cupel.http;

import dev.cupel.event.EventType;
import java.util.EnumSet;
import java.util.Set;

/** What one instance of the program is: one function, or all of them with the HTTP calls. */
public enum Role {
    RENDER,
    SUBMIT,
    COLLECT,
    API;

    /** The event types that it answers. */
    public Set<EventType> takes() {
        return switch (this) {
            case RENDER -> EnumSet.of(EventType.REQUESTED);
            case SUBMIT -> EnumSet.of(EventType.RENDERED);
            case COLLECT -> EnumSet.of(EventType.RESOURCE_UPDATE, EventType.FINISHED, EventType.CANCEL);
            case API ->
                EnumSet.of(
                        EventType.REQUESTED,
                        EventType.RENDERED,
                        EventType.RESOURCE_UPDATE,
                        EventType.FINISHED,
                        EventType.CANCEL);
        };
    }
}
