package dev.cupel.app;

import static dev.cupel.http.door.LogField.field;

import dev.cupel.cloudevents.Trace;
import dev.cupel.telemetry.EndedJob;
import dev.cupel.telemetry.Interval;
import dev.cupel.telemetry.Listener;
import dev.cupel.telemetry.Phase;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;

/** One line for each result. Its first word and the names of its fields are the contract's. */
final class ResultLog implements Listener {
    private static final Logger LOG = Logger.getLogger(ResultLog.class);

    @Override
    public void result(EndedJob job, Trace trace) {
        LOG.info(line(job, trace));
    }

    static String line(EndedJob job, Trace trace) {
        return "result" + field("job", job.jobName())
                + field("eval_id", job.evalId())
                + field("outcome", job.reason().outcome().wireName())
                + field("reason", job.reason().wireName())
                + field("template", job.template().orElse(""))
                + field("running", seconds(job, Phase.RUNNING))
                + field("total", seconds(job, Phase.TOTAL))
                + field("trace", trace.id().orElse(""));
    }

    private static String seconds(EndedJob job, Phase phase) {
        return Optional.ofNullable(job.phases().get(phase))
                .map(Interval::length)
                .map(length -> String.format(Locale.ROOT, "%.3f", length.toMillis() / 1000.0))
                .orElse("");
    }
}
