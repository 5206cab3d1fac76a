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
    /** The template, Piston's own name for its language, and other names by which clients may ask for it. */
    private static final List<List<String>> ALL = List.of(
            List.of("python", "python", "py", "py3", "python3"),
            List.of("cpp", "c++", "cpp", "g++"),
            List.of("c", "c", "gcc"),
            List.of("node", "javascript", "node-javascript", "node-js", "js", "node"),
            List.of("java", "java"),
            List.of("go", "go", "golang"),
            List.of("rust", "rust", "rs"),
            List.of("shell", "bash", "sh"),
            List.of("ruby", "ruby", "rb", "ruby3"),
            List.of("perl", "perl", "pl"),
            List.of("php", "php", "php8", "html"));

    private static final Pattern VERSION = Pattern.compile(":([0-9]+(?:\\.[0-9]+)*)");

    private final Templates templates;

    Runtimes(Templates templates) {
        this.templates = templates;
    }

    /** @param names the first is Piston's own */
    record Language(List<String> names, Template template) {
        /** As semantic versioning has it, with a zero for what the image's tag does not say. */
        String version() {
            Matcher tag = VERSION.matcher(template.declaration().image());
            String[] parts = ((tag.find() ? tag.group(1) : "0") + ".0.0").split("\\.", -1);
            return parts[0] + "." + parts[1] + "." + parts[2];
        }

        ObjectNode describe() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("language", names.getFirst())
                    .put("version", version());
        }
    }

    private Stream<Language> served() {
        return ALL.stream()
                .flatMap(names -> templates.find(new TemplateName(names.getFirst())).stream()
                        .map(template -> new Language(names.subList(1, names.size()), template)));
    }

    Optional<Language> find(String language) {
        return served().filter(runtime -> runtime.names().contains(language)).findFirst();
    }

    ArrayNode describe() {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        served().forEach(runtime -> {
            ObjectNode one = runtime.describe();
            runtime.names().stream().skip(1).forEach(one.putArray("aliases")::add);
            all.add(one);
        });
        return all;
    }
}
