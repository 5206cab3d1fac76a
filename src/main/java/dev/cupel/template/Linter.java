package dev.cupel.template;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.event.EvalId;
import dev.cupel.event.JobName;
import dev.cupel.event.Rejected;
import dev.cupel.event.TemplateName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells all that is wrong with a template: its text, its declaration, and what a Job made of it would break. */
public final class Linter {
    private final TemplateFiles files;

    public Linter(TemplateFiles files) {
        this.files = files;
    }

    /** Every template of the folder, problems in the order of files and lines. */
    public List<Problem> lintAll() {
        return files.names().stream().flatMap(name -> lint(name).stream()).toList();
    }

    /** One template. */
    public List<Problem> lint(TemplateName name) {
        TemplateReader.Reading reading = new TemplateReader(files).read(name);
        List<Problem> problems = new ArrayList<>(reading.problems());
        reading.template().filter(_ -> problems.isEmpty()).ifPresent(template -> lintJob(template, problems));
        return problems.stream()
                .sorted(Comparator.comparing(Problem::file)
                        .thenComparingInt(p -> p.mark().line())
                        .thenComparingInt(p -> p.mark().column()))
                .toList();
    }

    private static void lintJob(Template template, List<Problem> problems) {
        String file = TemplateReader.path(template.name(), TemplateFiles.TEMPLATE);
        lintSupervision(template, file, problems);
        try {
            JobValues values = sample(template);
            ObjectNode job = new Binder().build(template, values);
            Lifecycle.apply(job, template, values);
            Hardener.harden(job).stream()
                    .map(v -> new Problem(file, template.tree().markAt(v.pointer()), v.pointer() + " " + v.message()))
                    .forEach(problems::add);
        } catch (Rejected e) {
            YamlNode.Mark mark = e.place()
                    .map(place -> new YamlNode.Mark(place.line(), place.column()))
                    .orElse(template.tree().mark());
            problems.add(new Problem(file, mark, e.text()));
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            // Jackson's withObjectProperty, where a mapping is wanted and something else stands.
            problems.add(new Problem(file, template.tree().mark(), "metadata and spec must be mappings as in a Job"));
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

    private static JobValues sample(Template template) {
        Declaration declaration = template.declaration();
        return new JobValues(
                new JobName("eval-lint"),
                new EvalId("lint"),
                "2000-01-01T00:00:00Z",
                declaration.timeout().preset(),
                declaration.image(),
                declaration.memoryLimit().preset(),
                declaration.cpuLimit().preset(),
                "pass",
                List.of("1", "0", "text", "1", "pass"),
                template.supervisor(),
                Map.of("NAME", "value"),
                0,
                Optional.empty(),
                template.runtimeClass());
    }
}
