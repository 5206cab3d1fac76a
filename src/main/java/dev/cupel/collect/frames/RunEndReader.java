package dev.cupel.collect.frames;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cupel.collect.captured.CapturedStream;
import dev.cupel.collect.captured.RunEnd;
import dev.cupel.collect.captured.RunEnd.Ended;
import dev.cupel.collect.captured.RunEnd.Times;
import dev.cupel.collect.captured.RunEnd.Totals;
import dev.cupel.request.JobRequest;
import dev.cupel.result.ProgramEnd;
import dev.cupel.result.Usage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads how a run ended, of a {@code d} frame or an {@code r} frame. What lacks a field or has a wrong type in one is none. */
final class RunEndReader {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final double LATEST_SECOND = 1e11;

    private RunEndReader() {}

    static Optional<RunEnd> read(ByteBuffer text) {
        return json(text).filter(RunEndReader::isWellFormed).map(RunEndReader::fromJson);
    }

    static Optional<JsonNode> json(ByteBuffer text) {
        try {
            return Optional.of(JSON.readTree(text.array(), text.arrayOffset() + text.position(), text.remaining()));
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    static boolean isWellFormed(JsonNode data) {
        return isEnd(data)
                && isTotals(data.path("stdout"))
                && isTotals(data.path("stderr"))
                && isSeconds(data.path("wall"))
                && isSeconds(data.path("started"))
                && isSeconds(data.path("finished"))
                && (isAbsent(data.path("cpu")) || isSeconds(data.path("cpu")))
                && (isAbsent(data.path("rss")) || isCount(data.path("rss")))
                && (isAbsent(data.path("oom")) || data.path("oom").isBoolean());
    }

    private static boolean isEnd(JsonNode data) {
        JsonNode exit = data.path("exit");
        JsonNode signal = data.path("signal");
        boolean typed = (isAbsent(exit) || (isCount(exit) && exit.longValue() <= 255))
                && (isAbsent(signal) || signal.isTextual());
        return typed
                && switch (data.path("ended").asText()) {
                    case "exited" -> exit.isNumber();
                    case "signalled" -> signal.isTextual();
                    case "deadline", "cputime", "stopped", "notstarted", "notcompiled" -> true;
                    default -> false;
                };
    }

    private static boolean isTotals(JsonNode totals) {
        JsonNode tail = totals.path("tail");
        return isCount(totals.path("bytes"))
                && isCount(totals.path("kept"))
                && isSha256(totals.path("sha256"))
                && totals.path("kept").longValue()
                        <= Math.min(totals.path("bytes").longValue(), JobRequest.MAX_OUTPUT_LIMIT)
                && (isAbsent(tail) || (isCount(tail) && tail.longValue() <= CapturedStream.TAIL_BYTES));
    }

    static boolean isSha256(JsonNode text) {
        return text.isTextual() && SHA256.matcher(text.textValue()).matches();
    }

    private static boolean isSeconds(JsonNode number) {
        return number.isNumber() && number.doubleValue() >= 0 && number.doubleValue() < LATEST_SECOND;
    }

    static boolean isCount(JsonNode number) {
        return number.isIntegralNumber() && number.canConvertToLong() && number.longValue() >= 0;
    }

    static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    static Optional<JsonNode> present(JsonNode node) {
        return Optional.of(node).filter(some -> !isAbsent(some));
    }

    static RunEnd fromJson(JsonNode data) {
        return new RunEnd(
                Ended.valueOf(data.path("ended").textValue().toUpperCase(Locale.ROOT)),
                new ProgramEnd(
                        present(data.path("exit")).map(JsonNode::intValue),
                        present(data.path("signal")).map(JsonNode::textValue)),
                totals(data.path("stdout")),
                totals(data.path("stderr")),
                new Usage(
                        data.path("wall").doubleValue(),
                        present(data.path("cpu")).map(JsonNode::doubleValue),
                        present(data.path("rss")).map(JsonNode::longValue)),
                new Times(time(data.path("started")), time(data.path("finished"))),
                present(data.path("error")).map(JsonNode::asText),
                data.path("oom").asBoolean());
    }

    /** Where nothing says how much of the tail there is, it is all that a result holds, unless everything was kept. */
    private static Totals totals(JsonNode totals) {
        long bytes = totals.path("bytes").longValue();
        int kept = totals.path("kept").intValue();
        int whole = kept == bytes ? 0 : (int) Math.min(CapturedStream.TAIL_BYTES, bytes);
        return new Totals(
                bytes,
                totals.path("sha256").textValue(),
                kept,
                present(totals.path("tail")).map(JsonNode::intValue).orElse(whole));
    }

    private static Instant time(JsonNode seconds) {
        return Instant.EPOCH.plusMillis(Math.round(seconds.doubleValue() * 1000));
    }
}
