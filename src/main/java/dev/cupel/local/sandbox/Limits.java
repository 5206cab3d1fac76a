package dev.cupel.local.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.kubernetes.Quantity;
import java.math.RoundingMode;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The limits of a Job that a cluster would enforce.
 *
 * @param memoryBytes absent if it has no limit
 * @param tmpBytes the size of its /tmp; absent if it has no limit
 * @param cpu whether the processor is limited
 */
public record Limits(OptionalLong memoryBytes, OptionalLong tmpBytes, boolean cpu) {
    public static Limits of(JsonNode job) {
        JsonNode pod = job.at("/spec/template/spec");
        JsonNode limits = pod.at("/containers/0/resources/limits");
        return new Limits(bytes(limits.path("memory")), tmpBytes(pod), limits.has("cpu"));
    }

    private static OptionalLong tmpBytes(JsonNode pod) {
        for (JsonNode mount : pod.at("/containers/0/volumeMounts")) {
            for (JsonNode volume : pod.path("volumes")) {
                if (mount.path("mountPath").asText().equals("/tmp")
                        && volume.path("name").equals(mount.path("name"))) {
                    return bytes(volume.at("/emptyDir/sizeLimit"));
                }
            }
        }
        return OptionalLong.empty();
    }

    /** A whole number of bytes, rounded up. */
    private static OptionalLong bytes(JsonNode quantity) {
        if (quantity.isMissingNode()) {
            return OptionalLong.empty();
        }
        return Quantity.find(quantity.asText())
                .map(bytes -> bytes.amount().setScale(0, RoundingMode.CEILING).longValueExact())
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    /**
     * Those that are not enforced here.
     *
     * @param sandboxed whether it has namespaces of its own
     * @param sizes whether file systems have sizes
     * @param watched whether somebody looks after memory
     */
    public List<String> unenforced(boolean sandboxed, boolean sizes, boolean watched) {
        return Stream.of(
                        "image", // The programs are this machine's own.
                        cpu ? "cpu_limit" : "",
                        memoryBytes.isPresent() && !watched ? "memory_limit" : "",
                        tmpBytes.isPresent() && !sizes ? "tmp_size" : "",
                        sandboxed ? "" : "isolation")
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
