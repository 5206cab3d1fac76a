package dev.cupel.cli.common;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.cloudevents.EventType;
import dev.cupel.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** A request on disk, or on standard input if its name is {@code -}. */
public record RequestFile(Path path) {
    /** Asked before anything is started for it. */
    public boolean isReadable() {
        return isStandardInput() || (Files.isReadable(path) && !Files.isDirectory(path));
    }

    private boolean isStandardInput() {
        return path.toString().equals("-");
    }

    /**
     * @throws IOException if it cannot be read
     * @throws dev.cupel.rejection.Rejected if it is no JSON
     */
    public JsonNode read() throws IOException {
        return StrictJson.parse(isStandardInput() ? System.in.readAllBytes() : Files.readAllBytes(path));
    }

    /** The context of an event that carries it: every run is a new one. */
    public static EventContext context() {
        return new EventContext(
                UUID.randomUUID().toString(),
                "/cupel/cli",
                EventType.REQUESTED.wireName(),
                Optional.empty(),
                Optional.of(EventContext.now()),
                Collections.unmodifiableSortedMap(new TreeMap<>()));
    }
}
