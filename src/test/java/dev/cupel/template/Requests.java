package dev.cupel.template;

import dev.cupel.event.EvalId;
import dev.cupel.event.EventContext;
import dev.cupel.event.EventType;
import dev.cupel.event.JobName;
import dev.cupel.event.JobRendered;
import dev.cupel.event.JobRequest;
import dev.cupel.event.StrictJson;
import dev.cupel.event.TemplateName;
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
                EventType.REQUESTED.wire(),
                Optional.empty(),
                Optional.of(OffsetDateTime.parse(CREATED_AT)),
                Collections.unmodifiableSortedMap(new TreeMap<>()));
    }

    public static JobRequest decode(String json) {
        return JobRequest.decode(StrictJson.parse(json.getBytes(StandardCharsets.UTF_8)));
    }

    static JobRequest request(TemplateName template, String more) {
        return decode("{\"eval_id\":\"demo\",\"code\":\"pass\",\"template\":\"" + template.value() + "\"" + more + "}");
    }

    static JobRendered render(Renderer renderer, JobRequest request) {
        return renderer.render(request, new JobName("eval-demo-1"), CREATED_AT);
    }

    /** By a template that comes with Cupel, where a queue {@code q} is served. */
    static JobRendered render(JobBuilder builder, JobRequest request) {
        return new Renderer(BUILT_IN, builder, RuntimeClasses.none(), new Queues(Set.of("q")))
                .render(request, JobNamer.name(new EvalId("demo"), "/test", "1"), CREATED_AT);
    }
}
