package dev.cupel.result;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** What a run printed; a stream that is not known is absent. */
public record Output(Capture capture, Optional<StreamOutput> stdout, Optional<StreamOutput> stderr, Urls urls) {

    /** Where the rest of a stream is that is not whole here. On the wire only where there is one. */
    public record Urls(Optional<String> stdout, Optional<String> stderr) {
        public static final Urls NONE = new Urls(Optional.empty(), Optional.empty());
    }

    void write(ObjectNode json) {
        writeStreams(json);
        json.put("capture", capture.wireName());
    }

    void writeStreams(ObjectNode json) {
        json.set("stdout", orNull(stdout.map(StreamOutput::toJson)));
        json.set("stderr", orNull(stderr.map(StreamOutput::toJson)));
        urls.stdout().ifPresent(url -> json.put("stdout_url", url));
        urls.stderr().ifPresent(url -> json.put("stderr_url", url));
    }

    static JsonNode orNull(Optional<ObjectNode> node) {
        return node.isPresent() ? node.get() : JsonNodeFactory.instance.nullNode();
    }
}
