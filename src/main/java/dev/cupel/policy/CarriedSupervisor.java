package dev.cupel.policy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.ImageReference;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A supervisor that is brought into a Job's container with an interpreter of its own, so that the image needs none. The one image,
 * volume, mount and init container that a Job may have for it are made here, and known again by being exactly as they are made.
 */
public record CarriedSupervisor(Way way, String image) {
    /** How it comes into the container. */
    public enum Way {
        /** As a volume: Kubernetes 1.33 and later, with a runtime that mounts images. */
        IMAGE_VOLUME("image-volume"),
        /** Copied into a volume, by a container that runs before the Job's own. */
        INIT_CONTAINER("init-container");

        private final String wireName;

        Way(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }

        public static Optional<Way> find(String wireName) {
            return Arrays.stream(values())
                    .filter(way -> way.wireName.equals(wireName))
                    .findFirst();
        }
    }

    private static final String NAME = CupelMetadata.SUPERVISOR;

    /** Where the interpreter lies, in the Job's container and in one of the image itself. */
    public static final String FOLDER = "/cupel";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String TARGET = "/target";
    private static final JsonPointer POD = JsonPointer.compile("/spec/template/spec");
    private static final JsonPointer VOLUMES = JsonPointer.compile(POD + "/volumes");
    private static final JsonPointer INIT = JsonPointer.compile(POD + "/initContainers");
    private static final JsonPointer CONTAINER = JsonPointer.compile(POD + "/containers/0");
    private static final JsonPointer MOUNTS = JsonPointer.compile(CONTAINER + "/volumeMounts");

    // -I and -S keep from it all that the image's environment or files could bring; -X utf8 because the image's locale
    // may be of an encoding that it does not have.
    private static final List<String> INTERPRETER = List.of(
            FOLDER + "/lib/ld.so",
            "--library-path",
            FOLDER + "/lib",
            FOLDER + "/bin/python3",
            "-I",
            "-S",
            "-u",
            "-X",
            "utf8");

    /** What starts it, before its arguments. */
    public static final List<String> COMMAND = command("supervisor.pyc");

    private static List<String> command(String file, String... arguments) {
        return Stream.of(INTERPRETER.stream(), Stream.of(FOLDER + "/" + file), Arrays.stream(arguments))
                .flatMap(words -> words)
                .toList();
    }

    /** Adds what brings it along to a Job that has none of it. */
    public void addTo(ObjectNode job) {
        ((ObjectNode) job.at(POD)).withArrayProperty("volumes").add(volume());
        ((ObjectNode) job.at(CONTAINER)).withArrayProperty("volumeMounts").add(mount());
        if (way == Way.INIT_CONTAINER) {
            ((ObjectNode) job.at(POD)).putArray("initContainers").add(initContainer());
        }
    }

    /** Takes it out of a Job in which it is exactly as {@link #addTo} leaves it; else changes nothing. */
    static Optional<CarriedSupervisor> takeOutOf(JsonNode job) {
        Optional<CarriedSupervisor> found = find(job);
        found.ifPresent(supervisor -> {
            removeLast(job.at(VOLUMES));
            removeLast(job.at(MOUNTS));
            if (supervisor.way == Way.INIT_CONTAINER) {
                ((ObjectNode) job.at(POD)).remove("initContainers");
            }
        });
        return found;
    }

    /** The one that a Job carries. */
    static Optional<CarriedSupervisor> find(JsonNode job) {
        JsonNode volume = last(job.at(VOLUMES));
        JsonNode init = job.at(INIT);
        Way way = volume.has("image") ? Way.IMAGE_VOLUME : Way.INIT_CONTAINER;
        String image = way == Way.IMAGE_VOLUME
                ? volume.path("image").path("reference").asText()
                : init.path(0).path("image").asText();
        CarriedSupervisor supervisor = new CarriedSupervisor(way, image);
        boolean isExact = ImageReference.PATTERN.matcher(image).matches()
                && volume.equals(supervisor.volume())
                && last(job.at(MOUNTS)).equals(mount())
                && (way == Way.IMAGE_VOLUME || init.equals(JSON.arrayNode().add(supervisor.initContainer())));
        return Optional.of(supervisor).filter(_ -> isExact);
    }

    /**
     * Holds the Job of a manifest that the policy takes against the installation.
     *
     * @throws Rejected {@code NotHardened} if it carries another supervisor than {@code allowed}
     */
    public static void check(JsonNode job, Optional<CarriedSupervisor> allowed) {
        find(job).filter(found -> !Optional.of(found).equals(allowed)).ifPresent(found -> {
            String place = found.way == Way.IMAGE_VOLUME
                    ? "/volumes/" + (job.at(VOLUMES).size() - 1) + "/image/reference"
                    : "/initContainers/0/image";
            throw new Rejected(
                    RejectionReason.NOT_HARDENED,
                    "/manifest" + POD + place,
                    Quoted.of(found.image) + " by " + found.way.wireName()
                            + " is not the supervisor of this installation; "
                            + allowed.map(own -> "that is " + Quoted.of(own.image) + " by " + own.way.wireName())
                                    .orElse("none is carried here"));
        });
    }

    private static JsonNode last(JsonNode list) {
        return list.path(list.size() - 1);
    }

    private static void removeLast(JsonNode list) {
        ((ArrayNode) list).remove(list.size() - 1);
    }

    private ObjectNode volume() {
        ObjectNode volume = JSON.objectNode().put("name", NAME);
        switch (way) {
            case IMAGE_VOLUME ->
                volume.putObject("image").put("reference", image).put("pullPolicy", "IfNotPresent");
            case INIT_CONTAINER -> volume.putObject("emptyDir").put("sizeLimit", "32Mi");
        }
        return volume;
    }

    private static ObjectNode mount() {
        return JSON.objectNode().put("name", NAME).put("mountPath", FOLDER).put("readOnly", true);
    }

    /** Hardened as the Job's own container; all is written out, so that the API server has no default to add. */
    private ObjectNode initContainer() {
        ObjectNode container = JSON.objectNode()
                .put("name", NAME)
                .put("image", image)
                .put("imagePullPolicy", "IfNotPresent")
                .put("terminationMessagePath", "/dev/termination-log")
                .put("terminationMessagePolicy", "FallbackToLogsOnError");
        command("copy.pyc", TARGET).forEach(container.putArray("command")::add);
        ObjectNode resources = container.putObject("resources");
        resources.putObject("limits").put("memory", "64Mi").put("cpu", "500m");
        resources.putObject("requests").put("memory", "64Mi").put("cpu", "100m");
        ObjectNode security = container
                .putObject("securityContext")
                .put("allowPrivilegeEscalation", false)
                .put("privileged", false)
                .put("readOnlyRootFilesystem", true)
                .put("runAsNonRoot", true);
        security.putObject("capabilities").putArray("drop").add("ALL");
        security.putObject("seccompProfile").put("type", "RuntimeDefault");
        container.putArray("volumeMounts").addObject().put("name", NAME).put("mountPath", TARGET);
        return container;
    }
}
