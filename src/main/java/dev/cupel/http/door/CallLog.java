package dev.cupel.http.door;

import static dev.cupel.http.door.LogField.field;

import dev.cupel.cloudevents.HttpBinding;
import dev.cupel.http.problem.ProblemWriter;
import dev.cupel.rejection.Quoted;
import dev.cupel.telemetry.Telemetry;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * Logs one line of {@code name=value} for each answer: the call, its Job, its correlation id and the status, but never
 * a body. A call without a {@code Correlation-Id} gets one. Every answer of a call has the header.
 */
@ApplicationScoped
public class CallLog {
    private static final Logger LOG = Logger.getLogger(CallLog.class);
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");
    private static final String CORRELATION_ID = "Correlation-Id";
    private static final Pattern JOB =
            Pattern.compile("/jobs/([a-z0-9][-a-z0-9]{0,62})(?:/(?:[a-z]+|(?:files|cases)/.+))?$");
    private static final Pattern JOB_NAME = Pattern.compile("[a-z0-9][-a-z0-9]{0,62}");

    private final MeterRegistry metrics;
    private final JavaMeters java;
    private final Index index;
    private final Instance<Telemetry> telemetry;

    CallLog(MeterRegistry metrics, OptionalCalls optional, Instance<Telemetry> telemetry) {
        this.telemetry = telemetry;
        this.metrics = metrics;
        this.java = new JavaMeters(metrics);
        this.index = new Index(optional);
    }

    /** Stands before all other routes, so that it sees what they refuse. */
    void register(@Observes @Priority(1) Router router) {
        router.route().order(Door.ORDER).handler(this::handle).failureHandler(ProblemWriter::answer);
    }

    private void handle(RoutingContext exchange) {
        String path = RequestPath.of(exchange).orElse("");
        long start = System.nanoTime();
        exchange.addEndHandler(_ -> count(exchange, path, Duration.ofNanos(System.nanoTime() - start)));
        exchange.addHeadersEndHandler(_ -> AnswerTold.note(exchange));
        if (path.startsWith("/q/")) {
            if (path.startsWith("/q/metrics")) {
                java.make();
            }
            exchange.next();
            return;
        }
        MultiMap asked = exchange.request().headers();
        if (!path.equals("/") && !asked.contains(CORRELATION_ID)) {
            String key = asked.get("Idempotency-Key");
            asked.set(CORRELATION_ID, key == null ? UUID.randomUUID().toString() : key);
        }
        // Now, because EventGate changes the headers for Funqy.
        String job = job(exchange).orElse("");
        exchange.addHeadersEndHandler(_ -> tellCorrelation(exchange));
        exchange.addEndHandler(_ -> log(exchange, path, job, Duration.ofNanos(System.nanoTime() - start)));
        exchange.addEndHandler(_ -> AnswerTold.of(exchange).tell(telemetry::get));
        exchange.next();
    }

    private static void tellCorrelation(RoutingContext exchange) {
        String correlation = exchange.request().getHeader(CORRELATION_ID);
        if (correlation != null && correlation.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            exchange.response().putHeader(CORRELATION_ID, correlation);
        }
    }

    /** Not left to Quarkus, which makes a new series for every method and path that a client invents. */
    private void count(RoutingContext exchange, String path, Duration took) {
        String method = exchange.request().method().name();
        boolean answered = exchange.response().headWritten();
        metrics.timer(
                        "http.server.requests",
                        "method",
                        METHODS.contains(method) ? method : "OTHER",
                        "uri",
                        index.pathOf(path),
                        "status",
                        answered ? Integer.toString(exchange.response().getStatusCode()) : "NONE")
                .record(took);
    }

    private static void log(RoutingContext exchange, String path, String askedJob, Duration took) {
        int status = exchange.response().getStatusCode();
        MultiMap answered = exchange.response().headers();
        boolean noEvent = status == 204 && path.equals("/");
        String job = answeredJob(answered).orElse(askedJob);
        LOG.logf(
                noEvent ? Logger.Level.DEBUG : Logger.Level.INFO,
                "%s%s%s%s%s%s status=%s ms=%d",
                method(exchange),
                field("path", path),
                field("type", exchange.request().getHeader("ce-type")) + field("answer", answered.get("ce-type")),
                field("job", job),
                field("correlation", correlation(exchange, answered)),
                told(exchange),
                exchange.response().headWritten() ? status : "none",
                took.toMillis());
    }

    private static String told(RoutingContext exchange) {
        AnswerTold told = AnswerTold.of(exchange);
        return field("outcome", told.outcome().orElse(""))
                + field("reason", told.reason().orElse(""))
                + field("trace", told.trace().orElse(""));
    }

    private static String method(RoutingContext exchange) {
        String method = exchange.request().method().name();
        return METHODS.contains(method) ? method : Quoted.of(method);
    }

    private static String correlation(RoutingContext exchange, MultiMap answered) {
        MultiMap asked = exchange.request().headers();
        return Optional.ofNullable(answered.get("ce-correlationid"))
                .or(() -> Optional.ofNullable(asked.get("ce-correlationid")))
                .or(() -> Optional.ofNullable(asked.get(CORRELATION_ID)))
                .or(() -> Optional.ofNullable(asked.get("ce-id")))
                .orElse("");
    }

    /**
     * Finds the Job's name in a call's path, or in an event's subject, which may be the Job's path at the API server.
     */
    private static Optional<String> job(RoutingContext exchange) {
        String subject = exchange.request().getHeader(HttpBinding.PREFIX + "subject");
        return RequestPath.of(exchange)
                .flatMap(CallLog::find)
                .or(() -> Optional.ofNullable(subject).flatMap(CallLog::find));
    }

    private static Optional<String> answeredJob(MultiMap answered) {
        return Optional.ofNullable(answered.get("Location"))
                .or(() -> Optional.ofNullable(answered.get(HttpBinding.PREFIX + "subject")))
                .flatMap(CallLog::find);
    }

    private static Optional<String> find(String text) {
        Matcher matcher = JOB.matcher(text);
        if (matcher.find()) {
            return Optional.of(matcher.group(1));
        }
        return JOB_NAME.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }
}
