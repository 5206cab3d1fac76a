package dev.cupel.schema;

import dev.cupel.Markdown;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a field is, as the table in its section of {@code docs/events.md} says. */
record Descriptions(String section, Map<String, String> rows) {
    static Descriptions of(Markdown page, String section) {
        Map<String, String> rows = new LinkedHashMap<>();
        for (List<String> row : page.section(section).rows()) {
            String first = "";
            for (String name : row.getFirst().replace("`", "").split(", ", -1)) {
                String place = name.startsWith(".") ? first.replaceAll("\\.[a-z_0-9]+$", "") + name : name;
                first = first.isEmpty() ? place : first;
                rows.put(place, plain(row.get(row.size() - 2)));
            }
        }
        return new Descriptions(section, rows);
    }

    /** The first sentences of the section. */
    static String head(Markdown page, String section) {
        return plain(String.join(
                " ",
                page.section(section).lines().stream()
                        .dropWhile(String::isBlank)
                        .takeWhile(line -> !line.isBlank())
                        .toList()));
    }

    private static String plain(String markdown) {
        return markdown.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1");
    }

    /**
     * @param definition the first place of the record that holds the field
     * @param place the field's own
     */
    String of(String definition, String place, String name) {
        return Stream.of(place, definition + "." + name, name)
                .map(rows::get)
                .filter(said -> said != null && !said.isEmpty() && !said.startsWith("the same"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("docs/events.md, " + section + ", says nothing of " + place));
    }
}
