package dev.cupel.template;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cupel.lint.Linter;
import dev.cupel.render.Binder;
import dev.cupel.render.Renderer;
import dev.cupel.request.TemplateName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A template for one test, whose files the test writes into its own folder. */
public final class TemplateText {
    public static final TemplateName NAME = new TemplateName("t");

    public static final String PARAMETERS = """
        description: "for a test"
        capture: "log"
        timeout: {default: 30, max: 3600}
        memory_limit: {default: "256Mi", max: "8Gi"}
        cpu_limit: {default: "500m", max: "4"}
        image: {default: "x/python:3", allowed: ["x/python:*"]}
        """;

    /** Of one whose programs run under the supervisor. */
    public static final String EXACT = PARAMETERS.replace("\"log\"", "\"exact\"") + """
        main: "main.c"
        run: ["./main"]
        """;

    /** The shortest template that has no fault. */
    public static final String LEAST = """
        metadata:
          name: __JOB_NAME__
          namespace: crucible
        spec:
          template:
            spec:
              containers:
                - image: __EXECUTOR_IMAGE__
                  command: ["python", "-c", "__CODE__"]
                  resources: {limits: {memory: __MEMORY_LIMIT__, cpu: __CPU_LIMIT__}}
        """;

    /** The least that one of {@link #EXACT} must say. */
    public static final String LEAST_EXACT = LEAST.replace(
            "command: [\"python\", \"-c\", \"__CODE__\"]",
            "command: [\"__SUPERVISOR__\"]\n          args: [\"__PROGRAM__\"]");

    private final Path root;

    public TemplateText(Path root) {
        this.root = root;
    }

    public TemplateText write(String file, String text) {
        try {
            Path path = root.resolve(NAME.value()).resolve(file);
            Files.createDirectories(path.getParent());
            Files.write(path, text.getBytes(UTF_8));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static TemplateText of(Path root, String template) {
        return new TemplateText(root).write("template.yaml", template).write("parameters.yaml", PARAMETERS);
    }

    public TemplateFiles files() {
        return new TemplateFiles.Folder(root);
    }

    public List<String> lint() {
        return new Linter(files()).lintAll().stream().map(Diagnostic::toString).toList();
    }

    public Renderer renderer() {
        return new Renderer(new Templates(files(), Optional.empty()), new Binder());
    }

    static Map<String, String> builtIn(String template) {
        Map<String, String> texts = new HashMap<>();
        for (String file : List.of("template.yaml", "parameters.yaml")) {
            new TemplateFiles.BuiltIn()
                    .find(new TemplateName(template), file)
                    .ifPresent(bytes -> texts.put(file, new String(bytes, UTF_8)));
        }
        return texts;
    }
}
