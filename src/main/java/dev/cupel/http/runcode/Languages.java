package dev.cupel.http.runcode;

import dev.cupel.request.TemplateName;
import dev.cupel.template.Template;
import dev.cupel.template.Templates;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * SandboxFusion's languages and their templates. Most have one name. So a template of one's own, such as {@code
 * typescript}, serves the language of its name.
 */
final class Languages {
    /** In the order in which SandboxFusion lists them. */
    private static final List<String> NAMES = List.of(
            "python",
            "cpp",
            "nodejs",
            "go",
            "go_test",
            "java",
            "php",
            "csharp",
            "bash",
            "typescript",
            "sql",
            "rust",
            "cuda",
            "lua",
            "R",
            "perl",
            "D_ut",
            "ruby",
            "scala",
            "julia",
            "pytest",
            "junit",
            "kotlin_script",
            "jest",
            "verilog",
            "python_gpu",
            "lean",
            "swift",
            "racket");

    private static final Map<String, String> OTHER_NAMES = Map.of("nodejs", "node", "bash", "shell");

    private final Templates templates;

    Languages(Templates templates) {
        this.templates = templates;
    }

    /** The languages for which there is a template. */
    List<String> served() {
        List<TemplateName> names = templates.names();
        return NAMES.stream()
                .filter(language -> names.contains(templateName(language)))
                .toList();
    }

    Optional<Template> find(String language) {
        return NAMES.contains(language) ? templates.find(templateName(language)) : Optional.empty();
    }

    private static TemplateName templateName(String language) {
        String same = language.toLowerCase(Locale.ROOT).replace('_', '-');
        return new TemplateName(OTHER_NAMES.getOrDefault(language, same));
    }
}
