package dev.cupel.lint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.JobPointers;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.policy.Hardener;
import dev.cupel.policy.Rule;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.render.Binder;
import dev.cupel.render.JobValues;
import dev.cupel.render.Lifecycle;
import dev.cupel.render.ManifestShape;
import dev.cupel.render.Trial;
import dev.cupel.request.RequestField;
import dev.cupel.template.Check;
import dev.cupel.template.Declaration;
import dev.cupel.template.Diagnostic;
import dev.cupel.template.Placeholder;
import dev.cupel.template.Template;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.TemplateReader;
import dev.cupel.template.TemplateRepair;
import dev.cupel.template.YamlNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All that is wrong with the Jobs that one template makes. */
final class JobLint {
    private static final String CONTAINER = "/spec/template/spec/containers/0";

    /** How a field that is missing is usually written. */
    private static final Map<String, String> USUAL = Map.of(
            CONTAINER + "/image",
            "image: __EXECUTOR_IMAGE__",
            CONTAINER + "/command",
            "command: [\"__SUPERVISOR__\"], and args: [\"__PROGRAM__\"]",
            CONTAINER + "/resources",
            "resources: {limits: {memory: __MEMORY_LIMIT__, cpu: __CPU_LIMIT__}}",
            CONTAINER + "/resources/limits",
            "limits: {memory: __MEMORY_LIMIT__, cpu: __CPU_LIMIT__}",
            CONTAINER + "/resources/limits/memory",
            "memory: __MEMORY_LIMIT__",
            CONTAINER + "/resources/limits/cpu",
            "cpu: __CPU_LIMIT__",
            "/metadata/namespace",
            "namespace: crucible");

    private final Template template;
    private final Place place;
    private final List<Diagnostic> problems;
    private final String file;
    private final Set<Told> told = new HashSet<>();

    /**
     * A place of which something was told.
     *
     * @param missing what was missed there; empty if what stands there is wrong
     */
    private record Told(YamlNode.Mark start, String missing) {
        static Told of(Diagnostic problem) {
            boolean isMissing = problem.check() == Check.MISSING_FIELD;
            return new Told(problem.mark().start(), isMissing ? problem.message() : "");
        }
    }

    /** @param problems those of the template's text; what is found is added */
    JobLint(Template read, Place place, List<Diagnostic> problems) {
        this.file = TemplateReader.path(read.name(), TemplateFiles.TEMPLATE);
        this.place = place;
        this.problems = problems;
        problems.stream().filter(problem -> problem.file().equals(file)).forEach(p -> told.add(Told.of(p)));
        this.template = TemplateRepair.placeholders(read);
    }

    void lint() {
        lintSupervision();
        lint(Trial.defaults(template));
        lint(Trial.maxima(template));
    }

    private void lint(JobValues values) {
        List<Diagnostic> found = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        ObjectNode job = build(values, found);
        JsonNode own = job.deepCopy();
        FieldLint.check(file, template.tree(), own).forEach(problem -> {
            add(problem, found);
            told.add(Told.of(problem));
        });
        mendShape(job, values, removed, found);
        Lifecycle.apply(job, template, values);
        Hardener.harden(job).forEach(violation -> add(violation, removed, found));
        lintPlace(job, removed, found);
        lintAmounts(own, removed, found);
        found.forEach(problem -> told.add(Told.of(problem)));
        problems.addAll(found);
    }

    /** Each fault of a placeholder's place is told, and what stands there then left out. */
    private ObjectNode build(JobValues values, List<Diagnostic> found) {
        Template current = template;
        while (true) {
            try {
                return new Binder().build(current, values);
            } catch (Rejected e) {
                Rejected.Position position = e.position().orElseThrow(() -> e);
                YamlNode.Mark mark = template.tree().markFrom(position.line(), position.column());
                Diagnostic problem = new Diagnostic(file, mark, Check.MISPLACED_PLACEHOLDER, e.text());
                add(problem, found);
                told.add(Told.of(problem));
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
                .ifPresent(own -> addOfPlace(
                        new Rule.Violation(
                                "/metadata/namespace",
                                Rule.Violation.Kind.VALUE,
                                "must be " + Quoted.of(own) + ", was " + Quoted.of(namespace)
                                        + ": Jobs are created in CUPEL_NAMESPACE only",
                                Optional.of("write " + own + ", or set CUPEL_NAMESPACE=" + Quoted.visible(namespace))),
                        removed,
                        found));
        place.installation()
                .flatMap(here -> here.runtimeClasses().fault(template.runtimeClass()))
                .ifPresent(fault -> addOfPlace(new Rule.Violation(JobPointers.RUNTIME_CLASS, fault), removed, found));
        place.installation()
                .map(here -> here.pod().addTo(job))
                .orElse(List.of())
                .forEach(violation -> addOfPlace(violation, removed, found));
    }

    /** Amounts that the template itself writes out, in its own words: the passes write them as the API server does. */
    private void lintAmounts(JsonNode job, List<String> removed, List<Diagnostic> found) {
        for (String kind : List.of("limits", "requests")) {
            for (ContainerResource resource : List.of(ContainerResource.MEMORY, ContainerResource.CPU)) {
                String pointer =
                        CONTAINER + "/resources/" + kind + "/" + resource.name().toLowerCase(Locale.ROOT);
                JsonNode amount = job.at(pointer);
                if (amount.isTextual()) {
                    // Of what is no quantity the policy tells.
                    Quantity.find(amount.textValue())
                            .flatMap(resource::fault)
                            .ifPresent(fault -> add(amount(pointer, fault, resource), removed, found));
                }
            }
        }
    }

    private static Rule.Violation amount(String pointer, String fault, ContainerResource resource) {
        String usual = RequestField.amount(resource).preset().text();
        return new Rule.Violation(
                pointer, Rule.Violation.Kind.VALUE, fault, Optional.of("write an amount such as \"" + usual + "\""));
    }

    private void add(Rule.Violation violation, List<String> removed, List<Diagnostic> found) {
        YamlNode tree = template.tree();
        String pointer = violation.pointer();
        add(
                violation,
                removed,
                found,
                switch (violation.kind()) {
                    case NOT_ALLOWED -> Check.FORBIDDEN_FIELD;
                    case MISSING -> Check.MISSING_FIELD;
                    case VALUE -> Check.FORBIDDEN_VALUE;
                },
                violation.kind() == Rule.Violation.Kind.VALUE ? tree.markAt(pointer) : tree.keyMarkAround(pointer));
    }

    private void addOfPlace(Rule.Violation violation, List<String> removed, List<Diagnostic> found) {
        add(violation, removed, found, Check.INSTALLATION, template.tree().markAt(violation.pointer()));
    }

    private void add(
            Rule.Violation violation, List<String> removed, List<Diagnostic> found, Check check, YamlNode.Mark mark) {
        String pointer = violation.pointer();
        if (removed.stream().noneMatch(gone -> pointer.equals(gone) || pointer.startsWith(gone + "/"))) {
            Optional<String> usual = Optional.ofNullable(check == Check.MISSING_FIELD ? USUAL.get(pointer) : null);
            add(
                    new Diagnostic(
                            file,
                            mark,
                            check,
                            pointer + " " + violation.message(),
                            usual.map(line -> "add " + line).or(violation::instead)),
                    found);
        }
    }

    private void add(Diagnostic problem, List<Diagnostic> found) {
        if (!told.contains(Told.of(problem))) {
            found.add(problem);
        }
    }

    private void lintSupervision() {
        boolean exact = template.declaration().capture() == Declaration.CaptureMode.EXACT;
        boolean hasSupervisor = template.placeholders().contains(Placeholder.SUPERVISOR);
        if (exact && !(template.supervised() && hasSupervisor)) {
            tell(
                    Check.CAPTURE,
                    "capture \"exact\" needs __SUPERVISOR__ and __PROGRAM__: command: [\"__SUPERVISOR__\"], args:"
                            + " [\"__PROGRAM__\"]");
        }
        if (!exact && (template.supervised() || hasSupervisor)) {
            tell(Check.CAPTURE, "__SUPERVISOR__ and __PROGRAM__ need capture \"exact\" in parameters.yaml");
        }
        if (!template.supervised() && !template.placeholders().contains(Placeholder.CODE)) {
            tell(Check.NO_CODE, "nothing runs the code: no __CODE__ or __PROGRAM__");
        }
    }

    private void tell(Check check, String message) {
        problems.add(new Diagnostic(file, template.tree().mark(), check, message));
    }
}
