package dev.cupel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A page of the documentation, as the tests read it. */
public record Markdown(Path file, List<String> lines) {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern ANCHOR = Pattern.compile("<a id=\"([^\"]+)\"></a>");
    private static final Set<String> NOT_OURS = Set.of("target", ".git", "node_modules");

    public Markdown {
        lines = List.copyOf(lines);
    }

    public static Markdown read(Path file) {
        try {
            return new Markdown(file, Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All pages of the project. */
    static List<Markdown> all() {
        try (Stream<Path> files = Files.walk(Path.of(""))) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !NOT_OURS.contains(file.getName(0).toString()))
                    .sorted()
                    .map(Markdown::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines without blocks of code, each with its number. */
    Map<Integer, String> prose() {
        Map<Integer, String> prose = new LinkedHashMap<>();
        boolean isCode = false;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).strip().startsWith("```")) {
                isCode = !isCode;
            } else if (!isCode) {
                prose.put(i + 1, lines.get(i));
            }
        }
        return prose;
    }

    /** Where its links lead, as they are written. */
    List<String> links() {
        return prose().values().stream()
                .map(line -> line.replaceAll("`[^`]*`", ""))
                .flatMap(line -> LINK.matcher(line).results())
                .map(found -> found.group(1))
                .toList();
    }

    /** The names by which its headings, and places that have a name of their own, can be linked. */
    public Set<String> anchors() {
        Set<String> anchors = headings();
        prose().values().forEach(line -> ANCHOR.matcher(line).results().forEach(found -> anchors.add(found.group(1))));
        return anchors;
    }

    private Set<String> headings() {
        return prose().values().stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceAll("^#+ *", "").toLowerCase(Locale.ROOT))
                .map(title -> title.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What stands below each heading of the second level, by its text. */
    Map<String, Markdown> sections() {
        Map<String, Markdown> sections = new LinkedHashMap<>();
        Map<Integer, String> prose = prose();
        String title = "";
        List<String> section = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (prose.containsKey(i + 1) && lines.get(i).startsWith("## ")) {
                sections.put(title, new Markdown(file, section));
                title = lines.get(i).substring(3);
                section = new ArrayList<>();
            } else {
                section.add(lines.get(i));
            }
        }
        sections.put(title, new Markdown(file, section));
        sections.remove("");
        return sections;
    }

    public Markdown section(String title) {
        return Optional.ofNullable(sections().get(title))
                .orElseThrow(() -> new AssertionError(file + " has no section " + title));
    }

    /** The blocks of code in this language, those of a list's items without their indentation. */
    public List<String> blocks(String language) {
        Matcher blocks = Pattern.compile("(?ms)^( *)```" + language + "$\\n(.*?)^\\1```$")
                .matcher(String.join("\n", lines) + "\n");
        return blocks.results()
                .map(found -> found.group(2).replaceAll("(?m)^" + found.group(1), ""))
                .toList();
    }

    /** The rows of its tables but for their heads, each by its cells. */
    public List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        List<String> text = List.copyOf(prose().values());
        for (int i = 0; i < text.size(); i++) {
            boolean isHead = i + 1 < text.size() && text.get(i + 1).startsWith("|---");
            if (text.get(i).startsWith("|") && !text.get(i).startsWith("|---") && !isHead) {
                rows.add(cells(text.get(i)));
            }
        }
        return rows;
    }

    /** The rows of the table whose first column has this name. */
    public List<List<String>> table(String first) {
        List<List<String>> rows = new ArrayList<>();
        boolean isIn = false;
        for (String line : prose().values()) {
            if (line.startsWith("| " + first + " |")) {
                isIn = true;
            } else if (isIn && !line.startsWith("|")) {
                return rows;
            } else if (isIn && !line.startsWith("|---")) {
                rows.add(cells(line));
            }
        }
        return rows;
    }

    private static List<String> cells(String row) {
        return Arrays.stream(row.strip().substring(1).split("\\|", -1))
                .map(String::strip)
                .toList();
    }
}
