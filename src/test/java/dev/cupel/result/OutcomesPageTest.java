package dev.cupel.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of all outcomes, and the contract, have every reason there is and no other. */
class OutcomesPageTest {
    private static final Path DOCS = Path.of("docs");

    private static List<String> rows(String page) throws IOException {
        return Files.readAllLines(DOCS.resolve(page)).stream()
                .filter(line -> line.startsWith("| `") || line.startsWith("| <a id="))
                .toList();
    }

    @Test
    void hasARowForEveryReasonWithItsOutcomeAndSentence() throws IOException {
        List<String> expected = Arrays.stream(Reason.values())
                .map(reason -> "| <a id=\"%1$s\"></a>`%1$s` | %2$s | %3$s |"
                        .formatted(reason.wireName(), reason.outcome().wireName(), reason.sentence()))
                .toList();

        assertEquals(
                expected,
                rows("outcomes.md").stream()
                        .map(row -> row.replaceAll("^((?:\\|[^|]*){3}\\|).*", "$1"))
                        .toList());
    }

    @Test
    void saysOfEachWhoseDoingItWasWhatToDoAndWhetherToRepeatIt() throws IOException {
        for (String row : rows("outcomes.md")) {
            String[] cells = row.split("\\|", -1);
            assertEquals(8, cells.length, row);
            for (String cell : List.of(cells[4], cells[5], cells[6])) {
                assertFalse(cell.isBlank(), row);
            }
        }
    }

    @Test
    void theContractListsEachWithItsOutcome() throws IOException {
        List<String> listed = rows("contract.md").stream()
                .filter(row -> Arrays.stream(Outcome.values())
                        .anyMatch(outcome -> row.startsWith("| `" + outcome.wireName() + "` | `")))
                .flatMap(OutcomesPageTest::reasons)
                .toList();

        assertEquals(
                Arrays.stream(Reason.values())
                        .map(reason -> reason.outcome().wireName() + " " + reason.wireName())
                        .toList(),
                listed);
    }

    private static Stream<String> reasons(String row) {
        String[] cells = row.split("\\|", -1);
        String outcome = cells[1].strip().replace("`", "");
        return Pattern.compile("`(\\w+)`")
                .matcher(cells[2])
                .results()
                .map((MatchResult match) -> outcome + " " + match.group(1));
    }
}
