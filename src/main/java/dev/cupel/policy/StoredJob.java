package dev.cupel.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.rejection.Pointers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Holds what the API server stored against what it was sent. A mutating webhook can loosen a Job, or add a container to
 * it, after every check of ours; so all that it may add, leave out or write in other words is listed here, with its value,
 * and anything else is told.
 */
public final class StoredJob {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    /** Whatever it says. */
    private static final Predicate<JsonNode> ANY = Predicate.not(JsonNode::isMissingNode);

    /** Kubernetes' own defaults (1.35) and bookkeeping, by path; {@code *} stands for an index. */
    private static final Map<String, Predicate<JsonNode>> ADDED = Map.ofEntries(
            Map.entry("/status", ANY),
            Map.entry("/metadata/uid", ANY),
            Map.entry("/metadata/resourceVersion", ANY),
            Map.entry("/metadata/generation", ANY),
            Map.entry("/metadata/creationTimestamp", ANY),
            Map.entry("/metadata/managedFields", ANY),
            Map.entry("/spec/parallelism", JSON.numberNode(1)::equals),
            Map.entry("/spec/completions", JSON.numberNode(1)::equals),
            Map.entry("/spec/completionMode", JSON.textNode("NonIndexed")::equals),
            Map.entry("/spec/manualSelector", JSON.booleanNode(false)::equals),
            Map.entry("/spec/podReplacementPolicy", JSON.textNode("TerminatingOrFailed")::equals),
            Map.entry("/spec/selector", ANY),
            Map.entry("/spec/suspend", JSON.booleanNode(false)::equals),
            Map.entry("/spec/template/metadata/creationTimestamp", JsonNode::isNull),
            Map.entry("/spec/template/metadata/labels/batch.kubernetes.io~1controller-uid", ANY),
            Map.entry("/spec/template/metadata/labels/batch.kubernetes.io~1job-name", ANY),
            Map.entry("/spec/template/metadata/labels/controller-uid", ANY),
            Map.entry("/spec/template/metadata/labels/job-name", ANY),
            Map.entry("/spec/template/spec/dnsPolicy", JSON.textNode("ClusterFirst")::equals),
            Map.entry("/spec/template/spec/schedulerName", JSON.textNode("default-scheduler")::equals));

    /** What Go's JSON leaves out because it says the same as nothing. */
    private static final Map<String, JsonNode> LEFT_OUT = leftOut();

    /** Where {@code 0.5} comes back as {@code 500m}. */
    private static final Pattern QUANTITY =
            Pattern.compile(".*/(resources/(limits|requests)/[^/]+|emptyDir/sizeLimit)");

    private static final String TEMPLATE = "/spec/template";
    private static final String KUEUE = "kueue.x-k8s.io/";
    private static final String LABELS = "/metadata/labels";

    /** Where Kueue says on which nodes a Job that it admits shall run. */
    private static final Set<String> PLACED =
            Set.of("nodeSelector", "tolerations", "schedulingGates", "labels", "annotations");

    private static final Set<String> PLACED_IN = Set.of("/spec/template/spec", "/spec/template/metadata");

    /** Something that is not as it was sent, by its JSON Pointer. */
    public record Change(String pointer, String message) {}

    private final boolean later;
    private final boolean queued;
    private final List<Change> found = new ArrayList<>();

    private StoredJob(JsonNode sent, boolean later) {
        this.later = later;
        this.queued = sent.at("/metadata/labels").has(CupelMetadata.QUEUE);
    }

    /** The first thing that a Job as it was just created has otherwise than it was sent. */
    public static Optional<Change> findChange(ObjectNode sent, ObjectNode stored) {
        return find(sent, stored, "", false);
    }

    /**
     * The same for a Job that has been there for a while, of its Pod template alone: that is what runs, and nobody can
     * change it later; the rest of a Job is for controllers, and for Cupel itself, to change.
     */
    public static Optional<Change> findLaterChange(ObjectNode sent, ObjectNode stored) {
        return find(sent, stored, TEMPLATE, true);
    }

    private static Optional<Change> find(ObjectNode sent, ObjectNode stored, String pointer, boolean later) {
        StoredJob comparison = new StoredJob(sent, later);
        comparison.compareObjects(sent.at(pointer), stored.at(pointer), At.root(pointer));
        return comparison.found.stream().findFirst();
    }

    /** A place. Written out only where it is asked for: of most there is nothing to say. */
    private record At(Optional<At> parent, String token, boolean isIndex) {
        static At root(String pointer) {
            return new At(Optional.empty(), pointer, false);
        }

        At member(String name) {
            return new At(Optional.of(this), name, false);
        }

        At item(int index) {
            return new At(Optional.of(this), Integer.toString(index), true);
        }

        /** JSON Pointer. */
        String pointer() {
            return parent.map(above -> above.pointer() + "/" + Pointers.escape(token))
                    .orElse(token);
        }

        boolean isIn(Predicate<String> path) {
            return parent.filter(above -> path.test(above.path())).isPresent();
        }

        /** The same with {@code *} for an index. */
        String path() {
            return parent.map(above -> above.path() + "/" + (isIndex ? "*" : Pointers.escape(token)))
                    .orElse(token);
        }
    }

    private void compareObjects(JsonNode sent, JsonNode stored, At at) {
        stored.properties().forEach(member -> {
            JsonNode wanted = sent.get(member.getKey());
            At here = at.member(member.getKey());
            if (wanted == null) {
                compareAdded(member.getValue(), here);
            } else {
                compare(wanted, member.getValue(), here);
            }
        });
        sent.properties().forEach(member -> {
            At here = at.member(member.getKey());
            boolean gone = !stored.has(member.getKey()) && !isChangeable(here);
            if (gone && !member.getValue().equals(LEFT_OUT.get(here.path()))) {
                found.add(new Change(here.pointer(), "was taken out"));
            }
        });
    }

    private void compareAdded(JsonNode value, At at) {
        if (!ADDED.getOrDefault(at.path(), JsonNode::isMissingNode).test(value) && !isChangeable(at)) {
            found.add(new Change(at.pointer(), "was added"));
        }
    }

    private void compare(JsonNode sent, JsonNode stored, At at) {
        if (isChangeable(at)) {
            return;
        }
        if (sent.isObject() && stored.isObject()) {
            compareObjects(sent, stored, at);
        } else if (sent.isArray() && stored.isArray() && sent.size() == stored.size()) {
            for (int i = 0; i < sent.size(); i++) {
                compare(sent.get(i), stored.get(i), at.item(i));
            }
        } else if (!isSame(sent, stored, at)) {
            found.add(new Change(at.pointer(), "was changed"));
        }
    }

    private static boolean isSame(JsonNode sent, JsonNode stored, At at) {
        if (sent.isIntegralNumber() && stored.isIntegralNumber()) {
            return sent.bigIntegerValue().equals(stored.bigIntegerValue());
        }
        return sent.equals(stored)
                || (sent.isTextual()
                        && stored.isTextual()
                        && QUANTITY.matcher(at.path()).matches()
                        && amountsToTheSame(sent.textValue(), stored.textValue()));
    }

    private static boolean amountsToTheSame(String sent, String stored) {
        Optional<Quantity> there = Quantity.find(stored);
        return Quantity.find(sent)
                .filter(amount -> there.filter(amount.canonical()::amountsTo).isPresent())
                .isPresent();
    }

    private boolean isChangeable(At at) {
        if (!queued) {
            return false;
        }
        return (at.token().startsWith(KUEUE) && at.isIn(LABELS::equals))
                || (later && PLACED.contains(at.token()) && at.isIn(PLACED_IN::contains));
    }

    private static Map<String, JsonNode> leftOut() {
        String pod = "/spec/template/spec";
        String container = pod + "/containers/*";
        Map<String, JsonNode> values = new HashMap<>();
        for (String name : List.of("/hostNetwork", "/hostPID", "/hostIPC")) {
            values.put(pod + name, JSON.booleanNode(false));
        }
        values.put(container + "/env/*/value", JSON.textNode(""));
        for (String name : List.of(container + "/args", container + "/env", pod + "/volumes")) {
            values.put(name, JSON.arrayNode());
        }
        values.put("/spec/template/metadata/annotations", JSON.objectNode());
        return Map.copyOf(values);
    }
}
