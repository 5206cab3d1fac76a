package dev.cupel.render;

import dev.cupel.cloudevents.EventContext;
import dev.cupel.cloudevents.EventType;
import dev.cupel.json.StrictJson;
import dev.cupel.kubernetes.JobName;
import dev.cupel.policy.Installations;
import dev.cupel.policy.Queues;
import dev.cupel.request.EvalId;
import dev.cupel.request.JobRendered;
import dev.cupel.request.JobRequest;
import dev.cupel.request.TemplateName;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Requests and renderings for tests, all told at one time. */
public final class Requests {
    public static final String CREATED_AT = "2026-01-01T00:00:00Z";

    private static final Templates BUILT_IN = new Templates(new TemplateFiles.BuiltIn(), Optional.empty());

    private Requests() {}

    /** The event that a sample comes in. */
    public static EventContext context(String id) {
        return new EventContext(
                id,
                "/cupel/samples",
                EventType.REQUESTED.wireName(),
                Optional.empty(),
                Optional.of(OffsetDateTime.parse(CREATED_AT)),
                Collections.unmodifiableSortedMap(new TreeMap<>()));
    }

    public static JobRequest decode(String json) {
        return JobRequest.decode(StrictJson.parse(json.getBytes(StandardCharsets.UTF_8)));
    }

    public static JobRequest request(TemplateName template, String more) {
        return decode("{\"eval_id\":\"demo\",\"code\":\"pass\",\"template\":\"" + template.value() + "\"" + more + "}");
    }

    public static JobRendered render(Renderer renderer, JobRequest request) {
        return renderer.render(request, new JobName("eval-demo-1"), CREATED_AT);
    }

    /** By a template that comes with Cupel, where a queue {@code q} is served. */
    public static JobRendered render(JobBuilder builder, JobRequest request) {
        return new Renderer(BUILT_IN, builder, Installations.of(new Queues(Set.of("q"), Set.of())))
                .render(request, JobNamer.name(new EvalId("demo"), "/test", "1"), CREATED_AT);
    }
}
