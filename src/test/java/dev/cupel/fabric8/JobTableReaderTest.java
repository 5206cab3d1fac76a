package dev.cupel.fabric8;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cupel.kubernetes.JobApi;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobTableReaderTest {
    private static final String TABLE = """
            {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {"resourceVersion": "1", "continue": "more"},
             "columnDefinitions": [{"name": "Name"}, {"name": "Status", "type": "string"}, {"name": "Completions"}],
             "rows": [{"cells": ["a", "%s", "0/1"], "object": {"kind": "PartialObjectMetadata", "metadata": {"name": "a",
               "creationTimestamp": "2026-11-24T10:00:01Z", "managedFields": [
                 {"manager": "cupel", "time": "2026-11-24T10:09:00Z"},
                 {"manager": "kube-controller-manager", "subresource": "status", "time": "2026-11-24T10:00:03Z"}]}}}]}""";
    private static final String METADATA =
            "{\"metadata\":{\"name\":\"a\",\"creationTimestamp\":\"2026-11-24T10:00:01Z\"}";

    private static JobApi.Page read(String table) throws IOException {
        return JobTableReader.read(table.getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"Complete", "Failed", "FailureTarget"})
    void aJobThatHasEndedComesWithTheTimeOfItsLastStatus(String status) throws IOException {
        JobApi.Page page = read(TABLE.formatted(status));

        assertEquals(
                METADATA + ",\"status\":{\"conditions\":[{\"type\":\"" + status + "\",\"status\":\"True\","
                        + "\"lastTransitionTime\":\"2026-11-24T10:00:03Z\"}]}}",
                page.items().getFirst().toString());
        assertEquals(Optional.of("more"), page.next());
    }

    @Test
    void aSuspendedJobIsToldAsSuchAndARunningOneByItsMetadataAlone() throws IOException {
        assertEquals(
                METADATA + ",\"spec\":{\"suspend\":true}}",
                read(TABLE.formatted("Suspended")).items().getFirst().toString());
        for (String other : new String[] {"Running", "Terminating"}) {
            assertEquals(
                    METADATA + "}",
                    read(TABLE.formatted(other)).items().getFirst().toString());
        }
    }

    @Test
    void withoutATimeOfTheStatusItIsTheJobsOwn() throws IOException {
        String stripped = TABLE.formatted("Failed").replaceAll("(?s), \"managedFields\": \\[.*?\\]", "");

        assertEquals(
                "2026-11-24T10:00:01Z",
                read(stripped)
                        .items()
                        .getFirst()
                        .at("/status/conditions/0/lastTransitionTime")
                        .asText());
    }

    @Test
    void aTableThatDoesNotTellTheStatusIsNoListOfRunningJobs() {
        String table = TABLE.formatted("Running");
        assertThrows(IOException.class, () -> read(table.replace("\"Status\"", "\"State\"")));
        assertThrows(IOException.class, () -> read(table.replace("\"metadata\": {\"name\"", "\"no\": {\"name\"")));
        assertThrows(IOException.class, () -> read("{\"kind\": \"JobList\", \"items\": []}"));
        assertThrows(IOException.class, () -> read("{\"rows\": {}}"));
    }

    @Test
    void aTableThatIsCutAnywhereIsNoShorterTable() {
        String table = TABLE.formatted("Failed");
        for (int end = 0; end < table.length(); end++) {
            String cut = table.substring(0, end);
            assertThrows(IOException.class, () -> read(cut), cut);
        }
    }

    @Test
    void anEmptyTableIsAnEmptyPage() throws IOException {
        for (String rows : new String[] {"[]", "null"}) {
            JobApi.Page page = read("{\"metadata\": {}, \"columnDefinitions\": [], \"rows\": " + rows + "}");

            assertEquals(0, page.items().size());
            assertEquals(Optional.empty(), page.next());
        }
    }
}
