package dev.cupel.fabric8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.StrictJson;
import dev.cupel.kubernetes.JobApi;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads one page of a list from the API server, item by item, so that the rest of each item is never kept. A page as a
 * whole may be larger than {@link StrictJson} takes. A reader is for one page.
 */
abstract class ListReader {
    static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(StrictJson.MAX_BYTES)
                    .build())
            .build());

    private final String itemsField;
    private final List<ObjectNode> items = new ArrayList<>();
    private String next = "";

    /** @param itemsField the field that holds the items */
    ListReader(String itemsField) {
        this.itemsField = itemsField;
    }

    /** Reads the item at which the parser stands. */
    abstract ObjectNode readItem(JsonParser parser) throws IOException;

    /** Reads a field that stands beside the items, or skips it. */
    void readField(String name, JsonParser parser) throws IOException {
        parser.skipChildren();
    }

    /** @throws IOException if it is not such a list, or only part of one */
    final JobApi.Page readPage(byte[] list) throws IOException {
        try (JsonParser parser = MAPPER.createParser(list)) {
            require(parser.nextToken(), JsonToken.START_OBJECT, parser);
            readFields(parser);
        }
        return new JobApi.Page(items, Optional.of(next).filter(token -> !token.isEmpty()));
    }

    private void readFields(JsonParser parser) throws IOException {
        boolean found = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            parser.nextToken();
            if (field.equals("metadata")) {
                next = MAPPER.<ObjectNode>readTree(parser).path("continue").asText();
            } else if (field.equals(itemsField)) {
                found = true;
                readItems(parser);
            } else {
                readField(field, parser);
            }
        }
        if (!found) {
            throw new IOException("no list: " + itemsField + " is missing");
        }
    }

    private void readItems(JsonParser parser) throws IOException {
        // Go writes a list to which nothing was added as null. So does the API server in a list of metadata only.
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        require(parser.currentToken(), JsonToken.START_ARRAY, parser);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(readItem(parser));
        }
    }

    static void require(JsonToken found, JsonToken wanted, JsonParser parser) throws IOException {
        if (found != wanted) {
            throw new IOException(
                    "expected " + wanted + " at " + parser.currentLocation().getByteOffset());
        }
    }
}
