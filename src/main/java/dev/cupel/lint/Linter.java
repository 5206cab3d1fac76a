package dev.cupel.lint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.JobPointers;
import dev.cupel.kubernetes.PerResource;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.policy.Hardener;
import dev.cupel.policy.Installation;
import dev.cupel.policy.Rule;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.render.Binder;
import dev.cupel.render.JobNamer;
import dev.cupel.render.JobValues;
import dev.cupel.render.Lifecycle;
import dev.cupel.render.ManifestShape;
import dev.cupel.render.SupervisorCommand;
import dev.cupel.request.EvalId;
import dev.cupel.request.Placement;
import dev.cupel.request.Seconds;
import dev.cupel.request.TemplateName;
import dev.cupel.template.Declaration;
import dev.cupel.template.Diagnostic;
import dev.cupel.template.Placeholder;
import dev.cupel.template.Template;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.TemplateReader;
import dev.cupel.template.TemplateRepair;
import dev.cupel.template.YamlNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * Tells all that is wrong with a template: its text, its declaration, and what a Job made of it would break. A fault does not
 * hide those behind it: what was told is mended, and the look goes on. Of one place only what came up first is told.
 */
public final class Linter {
    private static final String CONTAINER = "/spec/template/spec/containers/0";

    private final TemplateFiles files;
    private final Place place;

    /**
     * Where the templates are to be used, as far as that is known.
     *
     * @param namespace the one in which Jobs are created
     */
    public record Place(Optional<String> namespace, Optional<Installation> installation) {
        /** Nothing is known of it. */
        public static final Place ANY = new Place(Optional.empty(), Optional.empty());
    }

    public Linter(TemplateFiles files) {
        this(files, Place.ANY);
    }

    public Linter(TemplateFiles files, Place place) {
        this.files = files;
        this.place = place;
    }

    /** Every template of the folder, problems in the order of files and lines. */
    public List<Diagnostic> lintAll() {
        Stream<Diagnostic> misnamed =
                about(files.misnamed(), "no request can name this folder: lower-case letters, digits and hyphens only");
        Stream<Diagnostic> empty = about(files.empty(), "is not there: a template's file has this name");
        return Stream.concat(
                        Stream.concat(misnamed, empty), files.names().stream().flatMap(name -> lint(name).stream()))
                .toList();
    }

    private static Stream<Diagnostic> about(List<String> folders, String message) {
        return folders.stream()
                .map(name -> new Diagnostic(name + "/" + TemplateFiles.TEMPLATE, new YamlNode.Mark(1, 1), message));
    }

    /** One template. */
    public List<Diagnostic> lint(TemplateName name) {
        TemplateReader.Reading reading = new TemplateReader(files).read(name);
        List<Diagnostic> problems = new ArrayList<>(reading.problems());
        if (files.find(name, TemplateFiles.OWN_SUPERVISOR).isPresent()) {
            problems.add(new Diagnostic(
                    TemplateReader.path(name, TemplateFiles.OWN_SUPERVISOR),
                    new YamlNode.Mark(1, 1),
                    "is no file of a template, and is not read: Cupel brings its own supervisor; delete it"));
        }
        reading.template().ifPresent(template -> new JobLint(template, place, problems).lint());
        return problems.stream()
                .distinct()
                .sorted(Comparator.comparing(Diagnostic::file)
                        .thenComparingInt(p -> p.mark().line())
                        .thenComparingInt(p -> p.mark().column()))
                .toList();
    }

    /** The Jobs that one template makes. */
    private static final class JobLint {
        private final Template template;
        private final Place place;
        private final List<Diagnostic> problems;
        private final String file;
        private final Set<YamlNode.Mark> told = new HashSet<>();

        JobLint(Template read, Place place, List<Diagnostic> problems) {
            this.file = TemplateReader.path(read.name(), TemplateFiles.TEMPLATE);
            this.place = place;
            this.problems = problems;
            problems.stream().filter(problem -> problem.file().equals(file)).forEach(p -> told.add(p.mark()));
            this.template = TemplateRepair.placeholders(read);
        }

        void lint() {
            lintSupervision();
            lint(sample(Declaration.Span::preset, Declaration.Amount::preset));
            lint(sample(Declaration.Span::max, Declaration.Amount::max));
        }

        private void lint(JobValues values) {
            List<Diagnostic> found = new ArrayList<>();
            List<String> removed = new ArrayList<>();
            ObjectNode job = build(values, found);
            JsonNode own = job.deepCopy();
            mendShape(job, values, removed, found);
            Lifecycle.apply(job, template, values);
            Hardener.harden(job).forEach(violation -> add(violation, removed, found));
            lintPlace(job, removed, found);
            lintAmounts(own, removed, found);
            found.forEach(problem -> told.add(problem.mark()));
            problems.addAll(found);
        }

        /** Each fault of a placeholder's place is told, and what stands there then left out. */
        private ObjectNode build(JobValues values, List<Diagnostic> found) {
            Template current = template;
            while (true) {
                try {
                    return new Binder().build(current, values);
                } catch (Rejected e) {
                    YamlNode.Mark mark = e.position()
                            .map(place -> new YamlNode.Mark(place.line(), place.column()))
                            .orElseThrow(() -> e);
                    add(new Diagnostic(file, mark, e.text()), found);
                    told.add(mark);
                    current = TemplateRepair.without(current, mark);
                }
            }
        }

        private void mendShape(ObjectNode job, JobValues values, List<String> removed, List<Diagnostic> found) {
            // One may lie in another: then it is gone with that.
            ManifestShape.check(job, values).forEach(violation -> {
                add(violation, removed, found);
                removed.add(violation.pointer());
                TemplateRepair.remove(job, violation.pointer());
            });
            job.withObjectProperty("metadata").put("name", values.jobName().value());
        }

        private void lintPlace(ObjectNode job, List<String> removed, List<Diagnostic> found) {
            String namespace = job.path("metadata").path("namespace").asText();
            place.namespace()
                    .filter(own -> !namespace.isEmpty() && !namespace.equals(own))
                    .ifPresent(own -> add(
                            new Rule.Violation(
                                    "/metadata/namespace",
                                    "must be " + Quoted.of(own) + ", was " + Quoted.of(namespace)
                                            + ": Jobs are created in CUPEL_NAMESPACE only"),
                            removed,
                            found));
            place.installation()
                    .flatMap(here -> here.runtimeClasses().fault(template.runtimeClass()))
                    .ifPresent(fault -> add(new Rule.Violation(JobPointers.RUNTIME_CLASS, fault), removed, found));
            place.installation()
                    .map(here -> here.pod().addTo(job))
                    .orElse(List.of())
                    .forEach(violation -> add(violation, removed, found));
        }

        /** Amounts that the template itself writes out, in its own words: the passes write them as the API server does. */
        private void lintAmounts(JsonNode job, List<String> removed, List<Diagnostic> found) {
            for (String kind : List.of("limits", "requests")) {
                for (ContainerResource resource : List.of(ContainerResource.MEMORY, ContainerResource.CPU)) {
                    String pointer = CONTAINER + "/resources/" + kind + "/"
                            + resource.name().toLowerCase(java.util.Locale.ROOT);
                    JsonNode amount = job.at(pointer);
                    if (amount.isTextual()) {
                        // Of what is no quantity the policy tells.
                        Quantity.find(amount.textValue())
                                .flatMap(resource::fault)
                                .ifPresent(fault -> add(new Rule.Violation(pointer, fault), removed, found));
                    }
                }
            }
        }

        private void add(Rule.Violation violation, List<String> removed, List<Diagnostic> found) {
            String pointer = violation.pointer();
            if (removed.stream().noneMatch(gone -> pointer.equals(gone) || pointer.startsWith(gone + "/"))) {
                add(new Diagnostic(file, template.tree().markAt(pointer), pointer + " " + violation.message()), found);
            }
        }

        private void add(Diagnostic problem, List<Diagnostic> found) {
            if (!told.contains(problem.mark())) {
                found.add(problem);
            }
        }

        private void lintSupervision() {
            boolean exact = template.declaration().capture() == Declaration.CaptureMode.EXACT;
            boolean hasSupervisor = template.placeholders().contains(Placeholder.SUPERVISOR);
            if (exact && !(template.supervised() && hasSupervisor)) {
                problems.add(new Diagnostic(
                        file,
                        template.tree().mark(),
                        "capture \"exact\" needs __SUPERVISOR__ and __PROGRAM__: command: [\"__SUPERVISOR__\"], args:"
                                + " [\"__PROGRAM__\"]"));
            }
            if (!exact && (template.supervised() || hasSupervisor)) {
                problems.add(new Diagnostic(
                        file,
                        template.tree().mark(),
                        "__SUPERVISOR__ and __PROGRAM__ need capture \"exact\" in parameters.yaml"));
            }
            if (!template.supervised() && !template.placeholders().contains(Placeholder.CODE)) {
                problems.add(new Diagnostic(
                        file, template.tree().mark(), "nothing runs the code: no __CODE__ or __PROGRAM__"));
            }
        }

        /** The longest names that there can be. */
        private JobValues sample(
                ToIntFunction<Declaration.Span> seconds, Function<Declaration.Amount, Quantity> amount) {
            Declaration declaration = template.declaration();
            EvalId longest = new EvalId("x".repeat(EvalId.MAX_LENGTH));
            return new JobValues(
                    JobNamer.name(longest, "lint", "lint"),
                    longest,
                    "2000-01-01T00:00:00Z",
                    new JobValues.Run(
                            "pass",
                            List.of("timeout=1", "code=pass"),
                            SupervisorCommand.inline(),
                            Map.of("NAME", "value"),
                            Optional.of("1000")),
                    new JobValues.Limits(
                            Seconds.whole(seconds.applyAsInt(declaration.timeout())),
                            Optional.empty(),
                            declaration
                                    .execution()
                                    .flatMap(Declaration.Execution::compileTimeout)
                                    .map(span -> Seconds.whole(seconds.applyAsInt(span))),
                            PerResource.of(resource ->
                                    amount.apply(declaration.amounts().get(resource))),
                            0),
                    declaration.image(),
                    new Placement(Optional.empty(), Optional.empty(), template.runtimeClass()));
        }
    }
}
