package dev.cupel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} has a row for every setting of Cupel's own, and no other. */
class ConfigurationDocTest {
    /** However it is read: by an annotation, from a configuration, or as a system property. */
    private static final Pattern NAME = Pattern.compile("\"(cupel\\.[a-z]+(?:-[a-z]+)*)\"");

    private static final Map<String, List<String>> ROWS = rows();

    private static Map<String, List<String>> rows() {
        Map<String, List<String>> rows = new TreeMap<>();
        Markdown page = Markdown.read(Path.of("docs/configuration.md"));
        page.section("Settings").rows().forEach(cells -> rows.put(plain(cells.get(1)), cells));
        return rows;
    }

    private static String plain(String cell) {
        return cell.replace("`", "");
    }

    @Test
    void everySettingHasARow() throws IOException {
        Set<String> settings = new TreeSet<>(defaults().keySet());
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(file -> NAME.matcher(read(file)).results())
                    .forEach(found -> settings.add(found.group(1)));
        }
        assertFalse(settings.isEmpty());
        assertEquals(settings, ROWS.keySet());
    }

    @Test
    void aRowHasTheSettingsVariableAndDefault() throws IOException {
        Map<String, String> defaults = defaults();
        ROWS.forEach((name, cells) -> {
            String variable = name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
            assertEquals(variable, plain(cells.get(0)), name);
            assertEquals(defaults.getOrDefault(name, ""), plain(cells.get(2)), name);
            assertFalse(cells.get(3).isEmpty(), name + ": who reads it");
            assertFalse(cells.get(4).isEmpty(), name + ": what it means");
        });
    }

    private static Map<String, String> defaults() throws IOException {
        Properties properties = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            properties.load(file);
        }
        return properties.stringPropertyNames().stream()
                .filter(name -> name.startsWith("cupel."))
                .collect(Collectors.toMap(name -> name, properties::getProperty, (a, b) -> a, TreeMap::new));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
