package dev.cupel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every page can be read without scrolling sideways, and its links lead somewhere. */
class MarkdownTest {
    private static final int COLUMNS = 120;

    /** Pages that are still to be rewritten. */
    private static final Set<String> WIDE = Set.of("docs/seed-note.md");

    @Test
    void linesFitTheScreen() {
        List<String> wide = new ArrayList<>();
        for (Markdown page : Markdown.all()) {
            if (!WIDE.contains(page.file().toString())) {
                page.prose().forEach((number, line) -> {
                    if (!line.startsWith("|") && width(line) > COLUMNS) {
                        wide.add(page.file() + ":" + number);
                    }
                });
            }
        }
        assertEquals(List.of(), wide, "lines over " + COLUMNS + " columns");
    }

    /** Without addresses, which cannot be broken. */
    private static int width(String line) {
        String text = line.replaceAll("https?://[^)>\\s]+", "");
        return text.codePointCount(0, text.length());
    }

    @Test
    void relativeLinksLeadSomewhere() {
        List<String> broken = new ArrayList<>();
        for (Markdown page : Markdown.all()) {
            for (String link : page.links()) {
                if (!link.matches("[a-z]+:.*") && !leadsSomewhere(page.file(), link)) {
                    broken.add(page.file() + ": " + link);
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    private static boolean leadsSomewhere(Path from, String link) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? from : from.resolveSibling(parts[0]).normalize();
        if (!Files.exists(target)) {
            return false;
        }
        return parts.length == 1 || Markdown.read(target).anchors().contains(parts[1]);
    }
}
