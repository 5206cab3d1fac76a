package dev.cupel.cluster;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.event.StrictJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a page of a JobList and skips what nobody who lists needs, above all each Job's program, which may have a mebibyte.
 * A page as a whole may be larger than {@link StrictJson} takes.
 */
final class JobPageReader {
    private static final Set<String> OF_SPEC = Set.of("suspend", "parallelism");
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(StrictJson.MAX_BYTES)
                    .build())
            .build());

    private final List<ObjectNode> jobs = new ArrayList<>();
    private String next = "";

    private JobPageReader() {}

    /** @throws IOException if it is no list, or only part of one */
    static JobApi.Page read(byte[] list) throws IOException {
        JobPageReader page = new JobPageReader();
        try (JsonParser parser = MAPPER.createParser(list)) {
            require(parser.nextToken(), JsonToken.START_OBJECT, parser);
            page.readList(parser);
        }
        return new JobApi.Page(page.jobs, Optional.of(page.next).filter(token -> !token.isEmpty()));
    }

    private void readList(JsonParser parser) throws IOException {
        boolean items = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "metadata" ->
                    next = MAPPER.<ObjectNode>readTree(parser).path("continue").asText();
                case "items" -> {
                    items = true;
                    require(parser.currentToken(), JsonToken.START_ARRAY, parser);
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        jobs.add(readJob(parser, MAPPER.createObjectNode(), Set.of("metadata", "status", "spec")));
                    }
                }
                default -> parser.skipChildren();
            }
        }
        if (!items) {
            throw new IOException("no list of Jobs");
        }
    }

    private static ObjectNode readJob(JsonParser parser, ObjectNode into, Set<String> wanted) throws IOException {
        require(parser.currentToken(), JsonToken.START_OBJECT, parser);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            parser.nextToken();
            if (!wanted.contains(field)) {
                parser.skipChildren();
            } else if (field.equals("spec")) {
                readJob(parser, into.putObject("spec"), OF_SPEC);
            } else {
                into.set(field, MAPPER.readTree(parser));
            }
        }
        return into;
    }

    private static void require(JsonToken found, JsonToken wanted, JsonParser parser) throws IOException {
        if (found != wanted) {
            throw new IOException(
                    "expected " + wanted + " at " + parser.currentLocation().getByteOffset());
        }
    }
}
