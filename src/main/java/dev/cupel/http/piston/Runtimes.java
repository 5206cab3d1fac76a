package dev.cupel.http.piston;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.request.TemplateName;
import dev.cupel.template.Template;
import dev.cupel.template.Templates;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Piston's languages, as far as there are templates for them. There is one version of each: that of the image. */
final class Runtimes {
    /**
     * A language of Piston's.
     *
     * @param name Piston's own
     * @param aliases other names by which clients may ask for it
     */
    record Dialect(String name, List<String> aliases, TemplateName template) {
        private static Dialect of(String template, String name, String... aliases) {
            return new Dialect(name, List.of(aliases), new TemplateName(template));
        }
    }

    private static final List<Dialect> ALL = List.of(
            Dialect.of("python", "python", "py", "py3", "python3"),
            Dialect.of("cpp", "c++", "cpp", "g++"),
            Dialect.of("c", "c", "gcc"),
            Dialect.of("node", "javascript", "node-javascript", "node-js", "js", "node"),
            Dialect.of("java", "java"),
            Dialect.of("go", "go", "golang"),
            Dialect.of("rust", "rust", "rs"),
            Dialect.of("shell", "bash", "sh"),
            Dialect.of("ruby", "ruby", "rb", "ruby3"),
            Dialect.of("perl", "perl", "pl"),
            Dialect.of("php", "php", "php8", "html"));

    private static final Pattern VERSION = Pattern.compile(":([0-9]+)(?:\\.([0-9]+))?(?:\\.([0-9]+))?");

    private final Templates templates;

    Runtimes(Templates templates) {
        this.templates = templates;
    }

    Optional<Dialect> find(String language) {
        return served().filter(
                        one -> one.name().equals(language) || one.aliases().contains(language))
                .findFirst();
    }

    private Stream<Dialect> served() {
        List<TemplateName> names = templates.names();
        return ALL.stream().filter(one -> names.contains(one.template()));
    }

    Template template(Dialect runtime) {
        return templates.get(runtime.template());
    }

    /** As semantic versioning has it, with a zero for what the image's tag does not say. */
    String version(Dialect runtime) {
        Matcher tag = VERSION.matcher(template(runtime).declaration().image());
        return tag.find() ? tag.group(1) + "." + orZero(tag.group(2)) + "." + orZero(tag.group(3)) : "0.0.0";
    }

    private static String orZero(@org.jspecify.annotations.Nullable String digits) {
        return digits == null ? "0" : digits;
    }

    ArrayNode describe() {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        served().forEach(one -> {
            ObjectNode runtime = all.addObject().put("language", one.name()).put("version", version(one));
            one.aliases().forEach(runtime.putArray("aliases")::add);
        });
        return all;
    }
}
