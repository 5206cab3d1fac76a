package dev.cupel.fabric8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.JobApi;
import java.io.IOException;

/**
 * Reads Jobs from a {@code Table}, the form in which the API server itself prints them ({@code kubectl get jobs} shows
 * it). A row has the Job's metadata and none of its spec; since Kubernetes 1.31 it also says how far the Job is. A list
 * of metadata alone would not say whether a Job has ended, and no field selector can ask for that.
 */
final class JobTableReader extends ListReader {
    private static final String STATUS = "Status";

    private int status = -1;

    private JobTableReader() {
        super("rows");
    }

    /** @throws IOException if it is no table of Jobs, or only part of one */
    static JobApi.Page read(byte[] table) throws IOException {
        return new JobTableReader().readPage(table);
    }

    @Override
    void readField(String name, JsonParser parser) throws IOException {
        if (name.equals("columnDefinitions")) {
            status = findStatus(MAPPER.readTree(parser));
        } else {
            parser.skipChildren();
        }
    }

    @Override
    ObjectNode readItem(JsonParser parser) throws IOException {
        return job(MAPPER.readTree(parser));
    }

    static int findStatus(JsonNode columns) {
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
        ObjectNode job = MAPPER.createObjectNode();
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
            default -> {} // It runs, or waits to run. Whether it is being deleted stands in its metadata.
        }
        return job;
    }

    /** When the Job ended: its controller does not change the status of an ended Job any more. */
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
