package dev.cupel.result;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The files that were collected, by their paths. */
public record FilesResult(Map<String, CollectedContent> files) {
    public FilesResult {
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }

    /**
     * One file.
     *
     * @param sha256 absent where it was too large to be read
     * @param content all of it; absent where it is too large to be here
     * @param url where it can be had, if it was kept
     */
    public record CollectedContent(
            long bytes, Optional<String> sha256, Optional<Content> content, Optional<String> url) {
        private ObjectNode toJson() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("bytes", bytes).put("sha256", sha256.orElse(null));
            content.ifPresentOrElse(here -> json.put(here.field(), here.value()), () -> json.put("truncated", true));
            url.ifPresent(where -> json.put("url", where));
            return json;
        }
    }

    void write(ObjectNode json) {
        ObjectNode all = json.putObject("files");
        files.forEach((path, file) -> all.set(path, file.toJson()));
    }
}
