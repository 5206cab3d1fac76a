package dev.cupel.fabric8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.StrictJson;
import dev.cupel.kubernetes.JobApi;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a page of a PodList, whole or of metadata only, and skips what nobody who lists needs, above all each one's
 * program, which may have a mebibyte. A page as a whole may be larger than {@link StrictJson} takes.
 */
final class PageReader {
    private static final Set<String> OF_ITEM = Set.of("metadata", "spec", "status");
    private static final Set<String> OF_SPEC = Set.of("nodeName", "activeDeadlineSeconds");
    static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(StrictJson.MAX_BYTES)
                    .build())
            .build());

    private final List<ObjectNode> items = new ArrayList<>();
    private String next = "";

    private PageReader() {}

    /** @throws IOException if it is no list, or only part of one */
    static JobApi.Page read(byte[] list) throws IOException {
        PageReader page = new PageReader();
        try (JsonParser parser = MAPPER.createParser(list)) {
            require(parser.nextToken(), JsonToken.START_OBJECT, parser);
            page.readList(parser);
        }
        return new JobApi.Page(page.items, Optional.of(page.next).filter(token -> !token.isEmpty()));
    }

    private void readList(JsonParser parser) throws IOException {
        boolean found = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "metadata" ->
                    next = MAPPER.<ObjectNode>readTree(parser).path("continue").asText();
                case "items" -> {
                    found = true;
                    boolean some = startsArray(parser);
                    while (some && parser.nextToken() != JsonToken.END_ARRAY) {
                        items.add(read(parser, MAPPER.createObjectNode(), OF_ITEM));
                    }
                }
                default -> parser.skipChildren();
            }
        }
        if (!found) {
            throw new IOException("no list");
        }
    }

    private static ObjectNode read(JsonParser parser, ObjectNode into, Set<String> wanted) throws IOException {
        require(parser.currentToken(), JsonToken.START_OBJECT, parser);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            parser.nextToken();
            if (!wanted.contains(field)) {
                parser.skipChildren();
            } else if (field.equals("spec")) {
                read(parser, into.putObject("spec"), OF_SPEC);
            } else {
                into.set(field, withoutManagedFields(MAPPER.readTree(parser)));
            }
        }
        return into;
    }

    /** Who set which field: of no use here. */
    private static JsonNode withoutManagedFields(JsonNode part) {
        if (part instanceof ObjectNode object) {
            object.remove("managedFields");
        }
        return part;
    }

    /**
     * Whether what comes is an array. {@code null} is an empty one: so Go writes a list to which nothing was added, and
     * the API server one of metadata only.
     */
    static boolean startsArray(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return false;
        }
        require(parser.currentToken(), JsonToken.START_ARRAY, parser);
        return true;
    }

    static void require(JsonToken found, JsonToken wanted, JsonParser parser) throws IOException {
        if (found != wanted) {
            throw new IOException(
                    "expected " + wanted + " at " + parser.currentLocation().getByteOffset());
        }
    }
}
