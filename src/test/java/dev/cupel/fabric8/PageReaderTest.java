package dev.cupel.fabric8;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cupel.kubernetes.JobApi;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PageReaderTest {
    private static final String LIST = """
            {"kind": "PodList", "metadata": {"resourceVersion": "1", "continue": "more"}, "items": [
              {"metadata": {"name": "a", "managedFields": [{"manager": "m"}], "labels": {"x": "y"}},
               "spec": {"nodeName": "n", "containers": [{"args": ["code"]}], "activeDeadlineSeconds": 9},
               "status": {"ready": 1}},
              {"metadata": {"name": "b"}, "spec": {}, "status": {}}]}""";

    private static JobApi.Page read(String list) throws IOException {
        return PageReader.read(list.getBytes(UTF_8));
    }

    @Test
    void keepsWhatIsAskedForAndNoProgram() throws IOException {
        JobApi.Page page = read(LIST);

        assertEquals(
                "{\"metadata\":{\"name\":\"a\",\"labels\":{\"x\":\"y\"}},"
                        + "\"spec\":{\"nodeName\":\"n\",\"activeDeadlineSeconds\":9},\"status\":{\"ready\":1}}",
                page.items().getFirst().toString());
        assertEquals(2, page.items().size());
        assertEquals(Optional.of("more"), page.next());
    }

    @Test
    void theLastPageHasNoNext() throws IOException {
        assertEquals(
                Optional.empty(),
                read("{\"items\": [], \"metadata\": {\"continue\": \"\"}}").next());
        assertEquals(Optional.empty(), read("{\"metadata\": {}, \"items\": []}").next());
    }

    @Test
    void anEmptyListOfMetadataOnlyHasNullForItems() throws IOException {
        // As an API server of 1.35 writes it where no Pod matches.
        JobApi.Page page = read("""
                {"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"1"},
                 "items":null}""");

        assertEquals(0, page.items().size());
        assertEquals(Optional.empty(), page.next());
    }

    @Test
    void aListThatIsCutAnywhereIsNoShorterList() {
        String list = LIST.strip();
        for (int end = 0; end < list.length(); end++) {
            String cut = list.substring(0, end);
            assertThrows(IOException.class, () -> read(cut), cut);
        }
    }

    @Test
    void whatIsNoListIsNotAnEmptyOne() {
        assertThrows(IOException.class, () -> read("{\"kind\": \"Status\"}"));
        assertThrows(IOException.class, () -> read("{\"items\": {}}"));
        assertThrows(IOException.class, () -> read("{\"items\": [1]}"));
        assertThrows(IOException.class, () -> read("[]"));
    }

    @Test
    void aPageMayBeLargerThanAnyDocumentThatIsTakenWhole() throws IOException {
        String program = "x".repeat(1 << 20);
        String job = "{\"metadata\": {\"name\": \"a\"}, \"spec\": {\"args\": [\"" + program + "\"]}, \"status\": {}}";

        JobApi.Page page = read("{\"items\": [" + String.join(",", java.util.Collections.nCopies(12, job)) + "]}");

        assertEquals(12, page.items().size());
    }
}
