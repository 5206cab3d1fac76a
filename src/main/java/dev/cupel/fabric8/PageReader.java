package dev.cupel.fabric8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.JobApi;
import java.io.IOException;
import java.util.Set;

/**
 * Reads a page of a PodList, whole or of metadata only. It skips what no caller needs, above all each Pod's program,
 * which may have a mebibyte.
 */
final class PageReader extends ListReader {
    private static final Set<String> OF_ITEM = Set.of("metadata", "spec", "status");
    private static final Set<String> OF_SPEC = Set.of("nodeName", "activeDeadlineSeconds");

    private PageReader() {
        super("items");
    }

    /** @throws IOException if it is no list, or only part of one */
    static JobApi.Page read(byte[] list) throws IOException {
        return new PageReader().readPage(list);
    }

    @Override
    ObjectNode readItem(JsonParser parser) throws IOException {
        return read(parser, MAPPER.createObjectNode(), OF_ITEM);
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

    /** {@code managedFields} say who set which field, which nobody needs here. */
    private static JsonNode withoutManagedFields(JsonNode part) {
        if (part instanceof ObjectNode object) {
            object.remove("managedFields");
        }
        return part;
    }
}
