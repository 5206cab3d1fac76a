package dev.cupel.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.collect.Collect;
import dev.cupel.http.door.Door;
import dev.cupel.http.door.EndHandlers;
import dev.cupel.http.door.JsonExchange;
import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Unavailable;
import dev.cupel.render.Render;
import dev.cupel.request.JobRendered;
import dev.cupel.request.JobRequest;
import dev.cupel.submit.Submit;
import dev.cupel.telemetry.Step;
import dev.cupel.telemetry.Telemetry;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Runs programs for callers that wait for the result, and have no other way to it. A Job whose caller does not wait any
 * more is cancelled. The calls of other servers' protocols stand on this.
 */
@Singleton
public class WaitingRuns {
    private static final Logger LOG = Logger.getLogger(WaitingRuns.class);

    private static final BigDecimal MAX_WAIT = BigDecimal.valueOf(HttpRequestContext.MAX_WAIT_SECONDS);

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
     * Runs what a call asks for, and answers it. If the result does not come in time, or the client hangs up, the Job is
     * cancelled.
     *
     * @param call reads the call; throws {@link Rejected} for what is wrong with it
     * @param refusal makes the answer of a {@link Rejected}, or of an {@link Unavailable}: no result in time is one
     */
    public Uni<Response> run(
            RoutingContext exchange,
            HttpHeaders headers,
            Supplier<AskedRun> call,
            Function<RuntimeException, Answer> refusal) {
        try {
            AskedRun asked = call.get();
            JobName name = submit(asked.request(), headers);
            // Who hangs up before anybody waits has the rest of the call left out.
            AtomicBoolean isCaredFor = new AtomicBoolean();
            EndHandlers.add(exchange, () -> {
                if (isCaredFor.compareAndSet(false, true)) {
                    Thread.ofVirtual().name("cancels " + name).start(() -> cancel(name));
                }
            });
            Door.drop(exchange);
            return JsonExchange.later(() -> await(name, asked, exchange, isCaredFor)
                    .orElseGet(() -> refused(refusal.apply(new Unavailable("there was no result in time"))))
                    .header("Location", "/jobs/" + name)
                    .build());
        } catch (Rejected | Unavailable e) {
            return Uni.createFrom().item(refused(refusal.apply(e)).build());
        }
    }

    private static Response.ResponseBuilder refused(Answer answer) {
        return JsonExchange.answer(answer.status(), answer.json());
    }

    private JobName submit(JsonNode request, HttpHeaders headers) {
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

    /** On a virtual thread. */
    private Optional<Response.ResponseBuilder> await(
            JobName name, AskedRun asked, RoutingContext exchange, AtomicBoolean isCaredFor) {
        if (!isCaredFor.compareAndSet(false, true)) {
            return Optional.empty();
        }
        int seconds = asked.waitSeconds()
                .min(MAX_WAIT)
                .setScale(0, RoundingMode.CEILING)
                .intValueExact();
        Optional<Results.Shared> result = waiting.await(name, seconds, end -> EndHandlers.add(exchange, end));
        if (result.isEmpty()) {
            cancel(name);
        }
        return result.map(shared -> Results.json(shared, exchange, asked.form()));
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
