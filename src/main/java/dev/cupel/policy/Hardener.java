package dev.cupel.policy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.rejection.Pointers;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.request.RequestField;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a Job a hardened one: what the {@link Policy} asks for and a template leaves out is put in; what a template
 * loosens is an error. And tells whether a Job is hardened, whoever made it.
 */
public final class Hardener {
    private static final JsonPointer POD = JsonPointer.compile("/spec/template/spec");
    private static final JsonPointer CONTAINER = JsonPointer.compile(POD + "/containers/0");
    private static final List<String> RESOURCES = List.of("memory", "cpu");

    private Hardener() {}

    /** Completes {@code job} in place and lists what still breaks the policy. */
    public static List<Rule.Violation> harden(ObjectNode job) {
        addTmp(job);
        Policy.JOB.complete(job);
        lowerRequests(job);
        return violations(job);
    }

    /**
     * Holds a manifest from outside against the policy. What carries a supervisor is no breach where it is exactly as render
     * makes it; of which image, the installation says.
     *
     * @throws Rejected {@code NotHardened} with the path of the first field that breaks it
     */
    public static void check(JsonNode job) {
        JsonNode own = job.deepCopy();
        CarriedSupervisor.takeOutOf(own);
        violations(own).stream().findFirst().ifPresent(violation -> {
            throw new Rejected(RejectionReason.NOT_HARDENED, "/manifest" + violation.pointer(), violation.message());
        });
    }

    private static List<Rule.Violation> violations(JsonNode job) {
        List<Rule.Violation> found = Policy.check(job);
        checkMetadata(job, found);
        checkTmp(job, found);
        checkMounts(job, found);
        checkRequests(job, found);
        return found;
    }

    /** A sized /tmp, since the root file system is read-only. */
    private static void addTmp(ObjectNode job) {
        if (!(job.at(CONTAINER) instanceof ObjectNode container) || mountsTmp(container)) {
            return;
        }
        ObjectNode pod = (ObjectNode) job.at(POD);
        if (!volumeNames(job).contains("tmp")) {
            pod.withArrayProperty("volumes")
                    .addObject()
                    .put("name", "tmp")
                    .putObject("emptyDir")
                    .put(
                            "sizeLimit",
                            RequestField.amount(ContainerResource.TMP).preset().text());
        }
        container
                .withArrayProperty("volumeMounts")
                .addObject()
                .put("name", "tmp")
                .put("mountPath", "/tmp");
    }

    private static void checkMetadata(JsonNode job, List<Rule.Violation> found) {
        JsonNode metadata = job.path("metadata");
        if (!metadata.path("labels").path(CupelMetadata.MANAGED_BY).asText().equals(CupelMetadata.CUPEL)) {
            found.add(new Rule.Violation(
                    "/metadata/labels/" + Pointers.escape(CupelMetadata.MANAGED_BY),
                    "must be \"cupel\": collect knows the Job by it"));
        }
    }

    private static void checkTmp(JsonNode job, List<Rule.Violation> found) {
        if (!mountsTmp(job.at(CONTAINER))) {
            found.add(new Rule.Violation(CONTAINER + "/volumeMounts", "must mount a sized emptyDir at /tmp"));
        }
    }

    /** The API server refuses what would not fit together. */
    private static void checkMounts(JsonNode job, List<Rule.Violation> found) {
        JsonNode all = job.at(POD).path("volumes");
        for (int i = 0; i < all.size(); i++) {
            if (all.path(i).path("name").asText().equals(CupelMetadata.SUPERVISOR)) {
                found.add(new Rule.Violation(
                        POD + "/volumes/" + i + "/name", "is the name of the volume that a supervisor comes by"));
            }
        }
        Set<String> volumes = volumeNames(job);
        Set<String> paths = new HashSet<>();
        JsonNode mounts = job.at(CONTAINER).path("volumeMounts");
        for (int i = 0; mounts.isArray() && i < mounts.size(); i++) {
            JsonNode mount = mounts.path(i);
            if (!volumes.contains(mount.path("name").asText())) {
                found.add(new Rule.Violation(mountAt(i) + "/name", "names no volume of this Job"));
            }
            String path = mount.path("mountPath").asText();
            if (!paths.add(path)) {
                found.add(new Rule.Violation(mountAt(i) + "/mountPath", "stands twice"));
            }
            if ((path + "/").startsWith(CarriedSupervisor.FOLDER + "/")) {
                found.add(new Rule.Violation(mountAt(i) + "/mountPath", "is where a supervisor is mounted"));
            }
        }
    }

    private static String mountAt(int index) {
        return CONTAINER + "/volumeMounts/" + index;
    }

    private static Set<String> volumeNames(JsonNode job) {
        Set<String> names = new HashSet<>();
        job.at(POD)
                .path("volumes")
                .forEach(volume -> names.add(volume.path("name").asText()));
        return names;
    }

    private static boolean mountsTmp(JsonNode container) {
        for (JsonNode mount : container.path("volumeMounts")) {
            if (mount.path("mountPath").asText().equals("/tmp")) {
                return true;
            }
        }
        return false;
    }

    /** requests = min(limit, the template's): a request over its limit is refused by the API server. */
    private static void lowerRequests(ObjectNode job) {
        JsonNode resources = job.at(CONTAINER).path("resources");
        JsonNode limits = resources.path("limits");
        if (!(resources.path("requests") instanceof ObjectNode requests)) {
            return;
        }
        for (String resource : RESOURCES) {
            if (isOver(requests.path(resource), limits.path(resource))) {
                requests.set(resource, limits.get(resource));
            }
        }
    }

    private static void checkRequests(JsonNode job, List<Rule.Violation> found) {
        JsonNode resources = job.at(CONTAINER).path("resources");
        for (String resource : RESOURCES) {
            if (isOver(
                    resources.path("requests").path(resource),
                    resources.path("limits").path(resource))) {
                found.add(
                        new Rule.Violation(CONTAINER + "/resources/requests/" + resource, "must be at most the limit"));
            }
        }
    }

    private static boolean isOver(JsonNode request, JsonNode limit) {
        if (!request.isTextual() || !limit.isTextual()) {
            return false;
        }
        // Of what is no quantity the policy tells.
        Optional<Quantity> most = Quantity.find(limit.textValue());
        return Quantity.find(request.textValue())
                .filter(asked ->
                        most.filter(amount -> asked.compareTo(amount) > 0).isPresent())
                .isPresent();
    }
}
