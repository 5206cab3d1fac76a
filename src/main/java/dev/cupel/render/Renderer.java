package dev.cupel.render;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.Canonical;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.JobName;
import dev.cupel.policy.Hardener;
import dev.cupel.policy.Installation;
import dev.cupel.policy.Rule;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.request.JobRendered;
import dev.cupel.request.JobRequest;
import dev.cupel.template.Template;
import dev.cupel.template.Templates;
import dev.cupel.template.YamlNode;
import java.util.List;

/** All passes in their order: resolve, build, time, harden. */
public final class Renderer {
    /** etcd takes 1.5 MiB an object; the rest is for what the API server and Cupel's functions add. */
    static final int MAX_MANIFEST_BYTES = 1_500_000;

    private final Templates templates;
    private final JobBuilder builder;
    private final Installation installation;
    private final SupervisorCommand supervisor;

    /** For an installation that says nothing. */
    public Renderer(Templates templates, JobBuilder builder) {
        this(templates, builder, Installation.none());
    }

    public Renderer(Templates templates, JobBuilder builder, Installation installation) {
        this.templates = templates;
        this.builder = builder;
        this.installation = installation;
        this.supervisor = SupervisorCommand.of(installation.supervisor());
    }

    /**
     * The exact manifest for a request; the same request gives the same bytes but for {@code created-at}.
     *
     * @param createdAt RFC 3339
     * @throws Rejected if the request asks for what its template does not give, or the template is faulty
     */
    public JobRendered render(JobRequest request, JobName name, String createdAt) {
        Template template = templates.get(request.template());
        installation.queues().checkAsked(request.placement());
        JobValues values =
                new Resolver(templates, template, installation, supervisor).resolve(request, name, createdAt);
        ObjectNode job = builder.build(template, values);
        List<Rule.Violation> violations = complete(job, template, values);
        if (!violations.isEmpty()) {
            throw fault(template, violations.getFirst());
        }
        ((ObjectNode) job.at("/metadata/annotations"))
                .put(CupelMetadata.REQUEST_DIGEST, request.digest().value());
        Canonical canonical = JobRendered.canonical(job);
        checkSize(canonical.bytes());
        return new JobRendered(
                request.evalId().value(),
                name,
                job.path("metadata").path("namespace").asText(),
                template.name(),
                template.digest(),
                job,
                canonical.digest());
    }

    /** The passes after building: changes {@code job} in place and lists what is wrong with it. */
    private List<Rule.Violation> complete(ObjectNode job, Template template, JobValues values) {
        List<Rule.Violation> violations = ManifestShape.check(job, values);
        if (!violations.isEmpty()) {
            return violations;
        }
        Lifecycle.apply(job, template, values);
        List<Rule.Violation> broken = Hardener.harden(job);
        if (broken.isEmpty()) {
            broken = installation.pod().addTo(job);
        }
        if (broken.isEmpty() && template.supervised()) {
            supervisor.addTo(job); // After the policy, since a template may not say any of this.
        }
        return broken;
    }

    private static void checkSize(long bytes) {
        if (bytes > MAX_MANIFEST_BYTES) {
            throw new Rejected(
                    RejectionReason.TOO_LARGE,
                    "",
                    "makes a manifest of " + bytes + " bytes, and at most " + MAX_MANIFEST_BYTES
                            + " fit the cluster; send less code, stdin, files, args or env");
        }
    }

    private static Rejected fault(Template template, Rule.Violation violation) {
        YamlNode.Mark mark = template.tree().markAt(violation.pointer());
        return Rejected.template(
                new Rejected.Position(template.name().value(), mark.line(), mark.column()),
                violation.pointer() + " " + violation.message());
    }
}
