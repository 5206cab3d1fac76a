package dev.cupel.http;

import dev.cupel.event.EventType;
import java.util.EnumSet;
import java.util.Set;

/** What one instance of the program is: one function, or all of them with the HTTP calls. */
public enum Role {
    RENDER(EnumSet.of(EventType.REQUESTED)),
    SUBMIT(EnumSet.of(EventType.RENDERED)),
    COLLECT(EnumSet.of(EventType.RESOURCE_UPDATE, EventType.FINISHED, EventType.CANCEL)),
    API(EnumSet.of(
            EventType.REQUESTED,
            EventType.RENDERED,
            EventType.RESOURCE_UPDATE,
            EventType.FINISHED,
            EventType.CANCEL));

    private final Set<EventType> takes;

    Role(Set<EventType> takes) {
        this.takes = takes;
    }

    /** The event types that it answers. */
    public Set<EventType> takes() {
        return takes;
    }
}
