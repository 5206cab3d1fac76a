package dev.cupel.lint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.DryRun;
import dev.cupel.policy.Installation;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Unavailable;
import dev.cupel.render.Binder;
import dev.cupel.render.JobNamer;
import dev.cupel.render.Renderer;
import dev.cupel.request.EvalId;
import dev.cupel.request.JobRequest;
import dev.cupel.request.RequestField;
import dev.cupel.request.TemplateName;
import dev.cupel.template.Check;
import dev.cupel.template.Declaration;
import dev.cupel.template.Diagnostic;
import dev.cupel.template.Template;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.TemplateReader;
import dev.cupel.template.Templates;
import dev.cupel.template.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a cluster whether it would take the Jobs of templates, and the Pods of these Jobs, without creating any. */
public final class ClusterLint {
    private static final String POD_SPEC = "/spec/template";
    private static final String VARIABLE = "LINT";
    private static final Pattern INDEX = Pattern.compile("\\[([^\\]]*)\\]");

    private final Templates templates;
    private final Renderer renderer;
    private final DryRun cluster;

    /**
     * @param files of templates in which lint found no error
     * @param executorImage the installation's, if it sets one
     */
    public ClusterLint(TemplateFiles files, Optional<String> executorImage, Installation installation, DryRun cluster) {
        this.templates = new Templates(files, executorImage);
        this.renderer = new Renderer(templates, new Binder(), installation);
        this.cluster = cluster;
    }

    /**
     * What the cluster has against one template, and what it warns of.
     *
     * @throws Unavailable if it does not say
     */
    public List<Diagnostic> lint(TemplateName name) {
        Template template = templates.get(name);
        ObjectNode job;
        try {
            job = renderer.render(
                            request(template),
                            JobNamer.name(new EvalId("lint"), "/cupel/lint", id()),
                            "2000-01-01T00:00:00Z")
                    .manifest()
                    .deepCopy();
        } catch (Rejected e) {
            String file = TemplateReader.path(name, TemplateFiles.PARAMETERS);
            return List.of(
                    new Diagnostic(file, new YamlNode.Mark(1, 1), Check.INSTALLATION, e.field() + " " + e.text()));
        }
        List<Diagnostic> found = new ArrayList<>(told(template, cluster.ask(job), ""));
        found.addAll(told(template, cluster.ask(pod(job)), POD_SPEC));
        return found.stream().distinct().sorted(Linter.IN_ORDER).toList();
    }

    /** So that no Job of this name is there. */
    private static String id() {
        return UUID.randomUUID().toString();
    }

    /** The least that a request can ask; a variable, so that those behind {@code __ENV__} keep their places. */
    private static JobRequest request(Template template) {
        ObjectNode request = JsonNodeFactory.instance
                .objectNode()
                .put(RequestField.EVAL_ID.wireName(), "lint")
                .put(RequestField.TEMPLATE.wireName(), template.name().value())
                .put(RequestField.CODE.wireName(), "pass");
        if (template.takes(RequestField.ENV) && !template.ownEnv().containsKey(VARIABLE)) {
            request.putObject(RequestField.ENV.wireName()).put(VARIABLE, "1");
        }
        boolean needsCommand = template.declaration()
                .execution()
                .map(Declaration.Execution::run)
                .filter(List::isEmpty)
                .isPresent();
        if (needsCommand) {
            request.putArray(RequestField.ARGS.wireName()).add("true");
        }
        return JobRequest.decode(request);
    }

    /** As the Job's controller makes it. */
    private static ObjectNode pod(JsonNode job) {
        ObjectNode pod =
                JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata");
        if (job.at(POD_SPEC + "/metadata") instanceof ObjectNode own) {
            metadata.setAll(own);
        }
        metadata.put("name", job.at("/metadata/name").asText())
                .put("namespace", job.at("/metadata/namespace").asText());
        pod.set("spec", job.at(POD_SPEC + "/spec"));
        return pod;
    }

    /** @param above where in the Job the object lies */
    private static List<Diagnostic> told(Template template, DryRun.Answer answer, String above) {
        String file = TemplateReader.path(template.name(), TemplateFiles.TEMPLATE);
        List<Diagnostic> found = new ArrayList<>();
        for (DryRun.Fault fault : answer.faults()) {
            Optional<String> pointer = fault.field().map(field -> above + pointer(field));
            found.add(new Diagnostic(
                    file,
                    pointer.map(template.tree()::markAt).orElse(template.tree().mark()),
                    Check.REFUSED_BY_CLUSTER,
                    pointer.map(at -> at + " ").orElse("") + fault.message()));
        }
        for (String warning : answer.warnings()) {
            Optional<String> field = Optional.of(warning.split(":", 2)[0])
                    .filter(start -> start.matches("(spec|metadata)[\\w.\\[\\]/\"-]*"));
            found.add(new Diagnostic(
                    file,
                    field.map(at -> template.tree().markAt(above + pointer(at)))
                            .orElse(template.tree().mark()),
                    Check.CLUSTER_WARNING,
                    warning));
        }
        return found;
    }

    /** {@code spec.containers[0].env[1].name} as a JSON Pointer; a key in brackets may hold dots. */
    static String pointer(String field) {
        StringBuilder pointer = new StringBuilder();
        int end = 0;
        Matcher index = INDEX.matcher(field);
        while (index.find()) {
            appendNames(pointer, field.substring(end, index.start()));
            appendToken(pointer, index.group(1).replaceAll("^\"|\"$", ""));
            end = index.end();
        }
        appendNames(pointer, field.substring(end));
        return pointer.toString();
    }

    private static void appendNames(StringBuilder pointer, String names) {
        for (String name : names.split("\\.", -1)) {
            if (!name.isEmpty()) {
                appendToken(pointer, name);
            }
        }
    }

    private static void appendToken(StringBuilder pointer, String token) {
        pointer.append('/').append(token.replace("~", "~0").replace("/", "~1"));
    }
}
