package dev.cupel.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.LabelValue;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the installation says of every Job's Pod, and nobody else: on which nodes it may run, and by which Secrets its
 * images are pulled. A template may say the very same, or nothing; a manifest says the very same.
 */
public record PodSettings(Map<String, String> nodeSelector, List<Toleration> tolerations, List<String> pullSecrets) {
    /** Of a label of nodes, and of a taint. */
    public static final String KEY = "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?" + LabelValue.FORM;

    private static final String POD = "/spec/template/spec";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    public PodSettings {
        nodeSelector = Collections.unmodifiableMap(new LinkedHashMap<>(nodeSelector));
        tolerations = List.copyOf(tolerations);
        pullSecrets = List.copyOf(pullSecrets);
    }

    /** Nothing of all that. */
    public static PodSettings none() {
        return new PodSettings(Map.of(), List.of(), List.of());
    }

    /** A field of the Pod, and the setting that it comes from. */
    private record Setting(String field, String variable, JsonNode value) {
        String fault() {
            return value.isEmpty()
                    ? "is not allowed here: it is for the installation to say (" + variable + "), which says none"
                    : "must be " + value + ", as the installation says (" + variable + ")";
        }
    }

    private List<Setting> all() {
        ObjectNode selector = JSON.objectNode();
        nodeSelector.forEach(selector::put);
        ArrayNode bearable = JSON.arrayNode();
        tolerations.forEach(toleration -> bearable.add(toleration.toJson()));
        ArrayNode secrets = JSON.arrayNode();
        pullSecrets.forEach(name -> secrets.addObject().put("name", name));
        return List.of(
                new Setting("nodeSelector", "CUPEL_NODE_SELECTOR", selector),
                new Setting("tolerations", "CUPEL_TOLERATIONS", bearable),
                new Setting("imagePullSecrets", "CUPEL_PULL_SECRETS", secrets));
    }

    /** Puts it into a Job that says nothing of it, and lists what one says otherwise. */
    public List<Rule.Violation> addTo(ObjectNode job) {
        all().stream()
                .filter(setting -> !setting.value().isEmpty())
                .forEach(setting -> ((ObjectNode) job.at(POD)).putIfAbsent(setting.field(), setting.value()));
        return faults(job);
    }

    /** What a Job says otherwise, or does not say. */
    List<Rule.Violation> faults(JsonNode job) {
        List<Rule.Violation> found = new ArrayList<>();
        for (Setting setting : all()) {
            JsonNode there = job.at(POD).path(setting.field());
            boolean same = there.isMissingNode() ? setting.value().isEmpty() : isSame(there, setting.value());
            if (!same) {
                found.add(new Rule.Violation(POD + "/" + setting.field(), setting.fault()));
            }
        }
        return found;
    }

    /** An empty one is written out for nothing, and the API server would not store it. */
    private static boolean isSame(JsonNode there, JsonNode wanted) {
        return there.equals(wanted) && !wanted.isEmpty();
    }

    /** @throws Rejected {@code NotHardened} if a manifest says otherwise */
    void check(JsonNode job) {
        faults(job).stream().findFirst().ifPresent(fault -> {
            throw new Rejected(RejectionReason.NOT_HARDENED, "/manifest" + fault.pointer(), fault.message());
        });
    }

    /** Of a stored Job, what a queue added to it where it is to run is taken away again. */
    void restorePlace(ObjectNode job) {
        if (job.at(POD) instanceof ObjectNode pod) {
            pod.remove(List.of("nodeSelector", "tolerations"));
            addTo(job);
        }
    }
}
