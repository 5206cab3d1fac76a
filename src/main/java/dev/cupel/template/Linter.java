package dev.cupel.template;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.event.EvalId;
import dev.cupel.event.Quantity;
import dev.cupel.event.Rejected;
import dev.cupel.event.TemplateName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Tells all that is wrong with a template: its text, its declaration, and what a Job made of it would break. */
public final class Linter {
    private final TemplateFiles files;

    public Linter(TemplateFiles files) {
        this.files = files;
    }

    /** Every template of the folder, problems in the order of files and lines. */
    public List<Problem> lintAll() {
        Stream<Problem> misnamed =
                about(files.misnamed(), "no request can name this folder: lower-case letters, digits and hyphens only");
        Stream<Problem> empty = about(files.empty(), "is not there: a template's file has this name");
        return Stream.concat(
                        Stream.concat(misnamed, empty), files.names().stream().flatMap(name -> lint(name).stream()))
                .toList();
    }

    private static Stream<Problem> about(List<String> folders, String message) {
        return folders.stream()
                .map(name -> new Problem(name + "/" + TemplateFiles.TEMPLATE, new YamlNode.Mark(1, 1), message));
    }

    /** One template. */
    public List<Problem> lint(TemplateName name) {
        TemplateReader.Reading reading = new TemplateReader(files).read(name);
        List<Problem> problems = new ArrayList<>(reading.problems());
        reading.template().filter(_ -> problems.isEmpty()).ifPresent(template -> lintJob(template, problems));
        return problems.stream()
                .distinct()
                .sorted(Comparator.comparing(Problem::file)
                        .thenComparingInt(p -> p.mark().line())
                        .thenComparingInt(p -> p.mark().column()))
                .toList();
    }

    private static void lintJob(Template template, List<Problem> problems) {
        String file = TemplateReader.path(template.name(), TemplateFiles.TEMPLATE);
        lintSupervision(template, file, problems);
        Declaration declared = template.declaration();
        lintJob(template, file, sample(template, declared.timeout().preset(), Declaration.Amount::preset), problems);
        lintJob(template, file, sample(template, declared.timeout().max(), Declaration.Amount::max), problems);
    }

    private static void lintJob(Template template, String file, JobValues values, List<Problem> problems) {
        try {
            ObjectNode job = new Binder().build(template, values);
            Renderer.complete(job, template, values).stream()
                    .map(v -> new Problem(file, template.tree().markAt(v.pointer()), v.pointer() + " " + v.message()))
                    .forEach(problems::add);
        } catch (Rejected e) {
            YamlNode.Mark mark = e.place()
                    .map(place -> new YamlNode.Mark(place.line(), place.column()))
                    .orElse(template.tree().mark());
            problems.add(new Problem(file, mark, e.text()));
        }
    }

    private static void lintSupervision(Template template, String file, List<Problem> problems) {
        boolean exact = template.declaration().capture() == Declaration.CaptureMode.EXACT;
        boolean complete = template.supervised()
                && template.placeholders().contains(Placeholder.SUPERVISOR)
                && template.supervisor().isPresent();
        if (exact && !complete) {
            problems.add(new Problem(
                    file,
                    template.tree().mark(),
                    "capture \"exact\" needs __SUPERVISOR__ and __PROGRAM__, and supervisor.py beside the template"));
        }
        if (!template.supervised() && !template.placeholders().contains(Placeholder.CODE)) {
            problems.add(
                    new Problem(file, template.tree().mark(), "nothing runs the code: no __CODE__ or __PROGRAM__"));
        }
    }

    /** The longest names that there can be. */
    private static JobValues sample(Template template, int timeout, Function<Declaration.Amount, Quantity> amount) {
        Declaration declaration = template.declaration();
        return new JobValues(
                JobNamer.name(new EvalId("x".repeat(253)), "lint", "lint"),
                new EvalId("x".repeat(253)),
                "2000-01-01T00:00:00Z",
                timeout,
                declaration.image(),
                amount.apply(declaration.memoryLimit()),
                amount.apply(declaration.cpuLimit()),
                "pass",
                List.of("1", "0", "text", "1", "pass"),
                template.supervisor(),
                Map.of("NAME", "value"),
                0,
                Optional.empty(),
                template.runtimeClass());
    }
}
