package dev.cupel.fabric8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.JobApi;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads Jobs from a {@code Table}, the form in which the API server itself prints them ({@code kubectl get jobs}
 * shows it): a row has the Job's metadata and, of a server of our day (1.31 and newer), how far it is, but nothing of
 * its spec. A list of metadata alone would not say whether a Job has ended, and no field selector asks for it.
 */
final class JobTableReader {
    private static final String STATUS = "Status";

    private final List<ObjectNode> items = new ArrayList<>();
    private String next = "";
    private int status = -1;

    private JobTableReader() {}

    /** @throws IOException if it is no table of Jobs, or only part of one */
    static JobApi.Page read(byte[] table) throws IOException {
        JobTableReader reader = new JobTableReader();
        try (JsonParser parser = PageReader.MAPPER.createParser(table)) {
            PageReader.require(parser.nextToken(), JsonToken.START_OBJECT, parser);
            reader.readTable(parser);
        }
        return new JobApi.Page(reader.items, Optional.of(reader.next).filter(token -> !token.isEmpty()));
    }

    private void readTable(JsonParser parser) throws IOException {
        boolean found = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "metadata" ->
                    next = PageReader.MAPPER
                            .<ObjectNode>readTree(parser)
                            .path("continue")
                            .asText();
                case "columnDefinitions" -> status = findStatus(PageReader.MAPPER.readTree(parser));
                case "rows" -> {
                    found = true;
                    boolean some = PageReader.startsArray(parser);
                    while (some && parser.nextToken() != JsonToken.END_ARRAY) {
                        items.add(job(PageReader.MAPPER.readTree(parser)));
                    }
                }
                default -> parser.skipChildren();
            }
        }
        if (!found) {
            throw new IOException("no table");
        }
    }

    private static int findStatus(JsonNode columns) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).path("name").asText().equals(STATUS)) {
                return i;
            }
        }
        return -1;
    }

    private ObjectNode job(JsonNode row) throws IOException {
        String told = row.path("cells").path(status).asText();
        if (told.isEmpty() || !(row.path("object").get("metadata") instanceof ObjectNode metadata)) {
            throw new IOException("a row does not tell a Job's status and metadata");
        }
        ObjectNode job = PageReader.MAPPER.createObjectNode();
        String changed = statusChangedAt(metadata);
        metadata.remove("managedFields");
        job.set("metadata", metadata);
        switch (told) {
            case "Complete", "Failed", "FailureTarget" ->
                job.putObject("status")
                        .putArray("conditions")
                        .addObject()
                        .put("type", told)
                        .put("status", "True")
                        .put("lastTransitionTime", changed);
            case "Suspended" -> job.putObject("spec").put("suspend", true);
            default -> {} // It runs, or waits for that; that it is being deleted, its metadata say.
        }
        return job;
    }

    /** Of a Job that has ended, its controller changes the status no more. */
    private static String statusChangedAt(JsonNode metadata) {
        String latest = "";
        for (JsonNode entry : metadata.path("managedFields")) {
            String time = entry.path("time").asText();
            if (entry.path("subresource").asText().equals("status") && time.compareTo(latest) > 0) {
                latest = time;
            }
        }
        return latest.isEmpty() ? metadata.path("creationTimestamp").asText() : latest;
    }
}
