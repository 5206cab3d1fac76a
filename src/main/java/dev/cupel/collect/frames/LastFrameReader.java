package dev.cupel.collect.frames;

import static dev.cupel.collect.frames.RunEndReader.isAbsent;
import static dev.cupel.collect.frames.RunEndReader.isCount;
import static dev.cupel.collect.frames.RunEndReader.isSha256;
import static dev.cupel.collect.frames.RunEndReader.present;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.collect.captured.LastFrame;
import dev.cupel.collect.captured.LastFrame.Counts;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads {@code r} frames. One that lacks a field, has a wrong type in one or does not seal itself is none. */
public final class LastFrameReader {
    private LastFrameReader() {}

    public static Optional<LastFrame> read(Frame frame, Payload payload) {
        if (!frame.kind().equals(FrameKind.only('r')) || frame.seq() == 0) {
            return Optional.empty();
        }
        return payload.open(frame)
                .flatMap(RunEndReader::json)
                .filter(data -> isSha256(data.path("key"))
                        && RunEndReader.isWellFormed(data)
                        && areCounts(data)
                        && isSealedByItsKey(frame, data))
                .map(data -> new LastFrame(
                        frame.seq(), data.path("key").textValue(), RunEndReader.fromJson(data), counts(data)));
    }

    private static boolean isSealedByItsKey(Frame frame, JsonNode data) {
        Seal seal = new Seal(HexFormat.of().parseHex(data.path("key").textValue()));
        return new SealChain().take(frame, seal);
    }

    private static boolean areCounts(JsonNode data) {
        return Stream.of("cases", "files", "files_omitted")
                        .map(data::path)
                        .allMatch(count -> isAbsent(count) || (isCount(count) && count.canConvertToInt()))
                && (isAbsent(data.path("seals")) || isSha256(data.path("seals")));
    }

    private static Counts counts(JsonNode data) {
        return new Counts(
                present(data.path("cases")).map(JsonNode::intValue),
                present(data.path("files")).map(JsonNode::intValue),
                data.path("files_omitted").asInt(),
                present(data.path("seals")).map(JsonNode::textValue));
    }
}
