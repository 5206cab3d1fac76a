package dev.cupel.template;

import dev.cupel.request.TemplateName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Where templates are read from: a folder, or those that come with the program. */
public sealed interface TemplateFiles {
    String TEMPLATE = "template.yaml";
    String PARAMETERS = "parameters.yaml";

    /** Was once a template's own; what lies there is not read. */
    String OWN_SUPERVISOR = "supervisor.py";

    /** The names of all templates, sorted. */
    List<TemplateName> names();

    /** Folders that hold a template but have a name that no request can have. Lint reports them. */
    default List<String> misnamed() {
        return List.of();
    }

    /** Folders without a template, perhaps because its file has a wrong name. Lint reports them. */
    default List<String> empty() {
        return List.of();
    }

    /** The bytes of one file of a template, if it is there. */
    Optional<byte[]> find(TemplateName template, String file);

    /** A folder with a folder for each template. */
    record Folder(Path root) implements TemplateFiles {
        @Override
        public List<TemplateName> names() {
            return folders(this::hasTemplate)
                    .filter(TemplateName::isOne)
                    .map(TemplateName::new)
                    .toList();
        }

        @Override
        public List<String> misnamed() {
            return folders(this::hasTemplate)
                    .filter(name -> !TemplateName.isOne(name))
                    .toList();
        }

        @Override
        public List<String> empty() {
            return folders(folder -> !hasTemplate(folder)).toList();
        }

        private boolean hasTemplate(Path folder) {
            return Files.isRegularFile(folder.resolve(TEMPLATE));
        }

        /** The wanted folders, sorted. A mounted ConfigMap has others, whose names begin with a dot. */
        private Stream<String> folders(Predicate<Path> wanted) {
            try (Stream<Path> folders = Files.list(root)) {
                return folders
                        .filter(Files::isDirectory)
                        .filter(wanted)
                        .map(folder -> String.valueOf(folder.getFileName()))
                        .filter(name -> !name.startsWith("."))
                        .sorted()
                        .toList()
                        .stream();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot list the template folder " + root, e);
            }
        }

        @Override
        public Optional<byte[]> find(TemplateName template, String file) {
            Path path = root.resolve(template.value()).resolve(file);
            try {
                return Files.isRegularFile(path) ? Optional.of(Files.readAllBytes(path)) : Optional.empty();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + path, e);
            }
        }
    }

    /** Those of both; of two templates with one name, the first's. */
    record Both(TemplateFiles first, TemplateFiles second) implements TemplateFiles {
        @Override
        public List<TemplateName> names() {
            return Stream.concat(first.names().stream(), second.names().stream())
                    .distinct()
                    .sorted(Comparator.comparing(TemplateName::value))
                    .toList();
        }

        /** Never of both: a file that the first's template lacks is lacking. */
        @Override
        public Optional<byte[]> find(TemplateName template, String file) {
            return (first.names().contains(template) ? first : second).find(template, file);
        }
    }

    /** The templates in the jar. A list beside them names them, so that the start need not scan the jar. */
    record BuiltIn() implements TemplateFiles {
        private static final String LIST = "/templates/names.txt";
        private static final List<TemplateName> NAMES = readNames();

        private static List<TemplateName> readNames() {
            byte[] list = read(LIST).orElseThrow(() -> new IllegalStateException(LIST + " is missing"));
            return new String(list, StandardCharsets.UTF_8)
                    .lines()
                    .map(TemplateName::new)
                    .toList();
        }

        @Override
        public List<TemplateName> names() {
            return NAMES;
        }

        @Override
        public Optional<byte[]> find(TemplateName template, String file) {
            return read("/templates/" + template.value() + "/" + file);
        }

        private static Optional<byte[]> read(String resource) {
            try (InputStream in = TemplateFiles.class.getResourceAsStream(resource)) {
                return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + resource, e);
            }
        }
    }
}
