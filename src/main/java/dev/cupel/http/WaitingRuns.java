package dev.cupel.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.collect.Collect;
import dev.cupel.http.door.EndHandlers;
import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Unavailable;
import dev.cupel.render.Render;
import dev.cupel.request.JobRendered;
import dev.cupel.request.JobRequest;
import dev.cupel.submit.Submit;
import dev.cupel.telemetry.Step;
import dev.cupel.telemetry.Telemetry;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Runs programs for callers that wait for the result, and have no other way to it. A Job whose caller does not wait any
 * more is cancelled. The calls of other servers' protocols stand on this.
 */
@Singleton
public class WaitingRuns {
    private static final Logger LOG = Logger.getLogger(WaitingRuns.class);

    private final Render render;
    private final Submit submit;
    private final Collect collect;
    private final LongPoll waiting;
    private final Telemetry telemetry;

    WaitingRuns(Render render, Submit submit, Collect collect, LongPoll waiting, Telemetry telemetry) {
        this.telemetry = telemetry;
        this.render = render;
        this.submit = submit;
        this.collect = collect;
        this.waiting = waiting;
    }

    /**
     * Creates the Job of a request. Whoever calls this must call {@link #await} as well.
     *
     * @param request as {@code POST /execute} takes it
     * @throws Rejected if the request asks for what is not given
     * @throws Unavailable for what may pass
     */
    public JobName submit(JsonNode request, HttpHeaders headers) {
        if (waiting.count() >= LongPoll.MAX) {
            throw new Unavailable("too many callers wait", Duration.ofSeconds(1));
        }
        EventContext asked = HttpRequestContext.withoutKey(headers).context();
        return telemetry.step(Step.EXECUTE, asked, context -> submit(request, context));
    }

    private JobName submit(JsonNode request, EventContext context) {
        JobRendered rendered = render.render(JobRequest.decode(request), context);
        try {
            submit.submit(rendered, context);
        } catch (Unavailable e) {
            cancel(rendered.jobName()); // It may exist in spite of this.
            throw e;
        }
        return rendered.jobName();
    }

    /**
     * Waits for the result, on a virtual thread. If it does not come in time, or the client hangs up, the Job is cancelled.
     *
     * @param seconds at most {@value HttpRequestContext#MAX_WAIT_SECONDS} count
     * @param form makes the answer of the result
     */
    public Optional<Response.ResponseBuilder> await(
            JobName name, int seconds, RoutingContext exchange, Function<JsonNode, Answer> form) {
        int atMost = Math.min(seconds, HttpRequestContext.MAX_WAIT_SECONDS);
        Optional<Results.Shared> result = waiting.await(name, atMost, end -> EndHandlers.add(exchange, end));
        if (result.isEmpty()) {
            cancel(name);
        }
        return result.map(shared -> Results.json(shared, exchange, form));
    }

    /** A stream of a result as text. A byte that is no UTF-8 is U+FFFD. */
    public static String text(JsonNode stream) {
        JsonNode base64 = stream.path("base64");
        return base64.isTextual()
                ? new String(Base64.getDecoder().decode(base64.textValue()), StandardCharsets.UTF_8)
                : stream.path("text").asText();
    }

    private void cancel(JobName name) {
        try {
            collect.cancel(name);
        } catch (Rejected e) {
            LOG.debugf("%s is gone: %s", name, e.text());
        } catch (Unavailable e) {
            LOG.warnf("Job %s goes on, though nobody waits for it: %s", name, e.getMessage());
        }
    }
}
