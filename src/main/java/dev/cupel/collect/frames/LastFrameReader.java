package dev.cupel.collect.frames;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cupel.collect.captured.LastFrame;
import dev.cupel.collect.captured.LastFrame.Ended;
import dev.cupel.collect.captured.LastFrame.Totals;
import dev.cupel.request.JobRequest;
import dev.cupel.result.ProgramEnd;
import dev.cupel.result.Usage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code r} frames. One that lacks a field, has a wrong type in one or does not seal itself is none. */
public final class LastFrameReader {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final double LATEST_SECOND = 1e11;

    private LastFrameReader() {}

    public static Optional<LastFrame> read(Frame frame, Payload payload) {
        Optional<ByteBuffer> json = payload.open(frame);
        if (frame.kind() != 'r' || frame.seq() == 0 || json.isEmpty()) {
            return Optional.empty();
        }
        try {
            ByteBuffer text = json.get();
            JsonNode data = JSON.readTree(text.array(), text.arrayOffset() + text.position(), text.remaining());
            return isWellFormed(data) && isSealedByItsKey(frame, data)
                    ? Optional.of(fromJson(frame.seq(), data))
                    : Optional.empty();
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    private static boolean isSealedByItsKey(Frame frame, JsonNode data) {
        Seal seal = new Seal(HexFormat.of().parseHex(data.path("key").textValue()));
        return new SealChain().take(frame, seal);
    }

    private static boolean isWellFormed(JsonNode data) {
        return isSha256(data.path("key"))
                && isEnd(data)
                && isTotals(data.path("stdout"))
                && isTotals(data.path("stderr"))
                && isSeconds(data.path("wall"))
                && isSeconds(data.path("started"))
                && isSeconds(data.path("finished"))
                && (isAbsent(data.path("cpu")) || isSeconds(data.path("cpu")))
                && (isAbsent(data.path("rss")) || isCount(data.path("rss")));
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
                    case "deadline", "stopped", "notstarted" -> true;
                    default -> false;
                };
    }

    private static boolean isTotals(JsonNode totals) {
        long kept = totals.path("kept").longValue();
        return isCount(totals.path("bytes"))
                && isCount(totals.path("kept"))
                && isSha256(totals.path("sha256"))
                && kept <= Math.min(totals.path("bytes").longValue(), JobRequest.MAX_OUTPUT_LIMIT);
    }

    private static boolean isSha256(JsonNode text) {
        return text.isTextual() && SHA256.matcher(text.textValue()).matches();
    }

    private static boolean isSeconds(JsonNode number) {
        return number.isNumber() && number.doubleValue() >= 0 && number.doubleValue() < LATEST_SECOND;
    }

    private static boolean isCount(JsonNode number) {
        return number.isIntegralNumber() && number.canConvertToLong() && number.longValue() >= 0;
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static LastFrame fromJson(int seq, JsonNode data) {
        return new LastFrame(
                seq,
                data.path("key").textValue(),
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
                time(data.path("started")),
                time(data.path("finished")),
                present(data.path("error")).map(JsonNode::asText));
    }

    private static Optional<JsonNode> present(JsonNode node) {
        return Optional.of(node).filter(some -> !isAbsent(some));
    }

    private static Totals totals(JsonNode totals) {
        return new Totals(
                totals.path("bytes").longValue(),
                totals.path("sha256").textValue(),
                totals.path("kept").intValue());
    }

    private static Instant time(JsonNode seconds) {
        return Instant.EPOCH.plusMillis(Math.round(seconds.doubleValue() * 1000));
    }
}
