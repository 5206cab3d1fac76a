package dev.cupel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The changelog knows the version; docs/developing/releasing.md says what a release takes. */
class ReleaseTest {
    private static final String SNAPSHOT = "-SNAPSHOT";

    private static List<String> sections() throws IOException {
        return Files.readAllLines(Path.of("CHANGELOG.md")).stream()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3))
                .toList();
    }

    @Test
    void theChangelogBeginsWithWhatIsUnreleasedAndThenHasTheVersion() throws IOException {
        List<String> sections = sections();
        assertEquals("Unreleased", sections.getFirst());
        for (String section : sections.subList(1, sections.size())) {
            assertTrue(section.matches("\\d+\\.\\d+\\.\\d+ - (\\d{4}-\\d\\d-\\d\\d|not yet released)"), section);
        }
        boolean isListed = sections.stream().anyMatch(section -> section.startsWith(Pom.version() + " - "));
        assertEquals(!Pom.version().endsWith(SNAPSHOT), isListed, Pom.version());
    }

    @Test
    void aVersionIsThreeNumbers() {
        assertTrue(Pom.version().matches("\\d+\\.\\d+\\.\\d+(" + SNAPSHOT + ")?"), Pom.version());
    }
}
