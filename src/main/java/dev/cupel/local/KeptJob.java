package dev.cupel.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.cupel.json.CanonicalJson;
import dev.cupel.json.StrictJson;
import dev.cupel.rejection.Unavailable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Job whose result is settled, in a file until its time is over: the Job, its Pod and its log, one after the other. So
 * many that are kept take no memory. The supervisor's text, which is in each of them and is most of it, is left out.
 */
final class KeptJob {
    private static final String JOBS_COMMAND = "/spec/template/spec/containers/0/command";
    private static final String PODS_COMMAND = "/spec/containers/0/command";

    private final Path file;
    private final JsonNode shared;
    private final int jobBytes;
    private final int podBytes;
    private final boolean hasLog;

    private KeptJob(Path file, JsonNode shared, int jobBytes, int podBytes, boolean hasLog) {
        this.file = file;
        this.shared = shared;
        this.jobBytes = jobBytes;
        this.podBytes = podBytes;
        this.hasLog = hasLog;
    }

    /**
     * Writes it.
     *
     * @param file is not there yet
     * @param sharedText what need not be written where it is a word of the command
     * @throws IOException if there is no room; there is no file then
     */
    static KeptJob write(
            Path file, String sharedText, ObjectNode job, @Nullable ObjectNode pod, @Nullable ContainerLog log)
            throws IOException {
        JsonNode shared = TextNode.valueOf(sharedText);
        byte[] ofJob = without(shared, job, JOBS_COMMAND);
        byte[] ofPod = pod == null ? new byte[0] : without(shared, pod, PODS_COMMAND);
        Files.createDirectories(file.getParent());
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (byte[] part : new byte[][] {ofJob, ofPod, log == null ? new byte[0] : log.bytes()}) {
                for (ByteBuffer bytes = ByteBuffer.wrap(part); bytes.hasRemaining(); ) {
                    out.write(bytes);
                }
            }
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
        return new KeptJob(file, shared, ofJob.length, ofPod.length, log != null);
    }

    ObjectNode job() {
        return with(shared, read(0, jobBytes), JOBS_COMMAND);
    }

    boolean hasPod() {
        return podBytes > 0;
    }

    Optional<ObjectNode> pod() {
        return podBytes == 0 ? Optional.empty() : Optional.of(with(shared, read(jobBytes, podBytes), PODS_COMMAND));
    }

    Optional<byte[]> log() {
        return hasLog ? Optional.of(read(jobBytes + podBytes, Integer.MAX_VALUE)) : Optional.empty();
    }

    void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // It goes with the server's folder.
        }
    }

    /** A word of a command is a string, so {@code null} stands for nothing else. */
    private static byte[] without(JsonNode shared, ObjectNode object, String command) {
        ObjectNode own = object.deepCopy();
        replace(own.at(command), shared, own.nullNode());
        return CanonicalJson.compact(own);
    }

    private static ObjectNode with(JsonNode shared, byte[] json, String command) {
        ObjectNode object = (ObjectNode) StrictJson.parse(json);
        replace(object.at(command), object.nullNode(), shared);
        return object;
    }

    private static void replace(JsonNode command, JsonNode old, JsonNode by) {
        if (command instanceof ArrayNode words) {
            for (int i = 0; i < words.size(); i++) {
                if (words.get(i).equals(old)) {
                    words.set(i, by);
                }
            }
        }
    }

    private byte[] read(long from, int most) {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(most, in.size() - from));
            for (int n = 0; n >= 0 && bytes.hasRemaining(); ) {
                n = in.read(bytes, from + bytes.position());
            }
            return bytes.array();
        } catch (IOException e) {
            throw new Unavailable("the file of a Job that has ended cannot be read", e);
        }
    }
}
