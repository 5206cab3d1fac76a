package dev.cupel.template;

import dev.cupel.request.TemplateName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The one place where templates are read from: a folder, or those that come with the program. */
public sealed interface TemplateFiles {
    String TEMPLATE = "template.yaml";
    String PARAMETERS = "parameters.yaml";

    /** Was once a template's own; what lies there is not read. */
    String OWN_SUPERVISOR = "supervisor.py";

    /** The names of all templates, sorted. */
    List<TemplateName> names();

    /** What looks like a template but has a name that no request can say; for lint to tell. */
    default List<String> misnamed() {
        return List.of();
    }

    /** Folders without a template, perhaps because its file has another name; for lint to tell. */
    default List<String> empty() {
        return List.of();
    }

    /** The bytes of one file of a template, if it is there. */
    Optional<byte[]> find(TemplateName template, String file);

    /** A folder of templates, a folder each. */
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

        /** Sorted; a mounted ConfigMap has folders of its own, which begin with a dot. */
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

    /** Those in the jar; their names stand here, so that nothing is scanned at start. */
    record BuiltIn() implements TemplateFiles {
        private static final List<TemplateName> NAMES = List.of(new TemplateName("python"), new TemplateName("seed"));

        @Override
        public List<TemplateName> names() {
            return NAMES;
        }

        @Override
        public Optional<byte[]> find(TemplateName template, String file) {
            String resource = "/templates/" + template.value() + "/" + file;
            try (InputStream in = TemplateFiles.class.getResourceAsStream(resource)) {
                return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + resource, e);
            }
        }
    }
}
