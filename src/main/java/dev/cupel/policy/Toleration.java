package dev.cupel.policy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.LabelValue;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A taint of nodes that Jobs bear. Without a value, whatever value the taint has. */
public record Toleration(String key, Optional<String> value, String effect) {
    static final Set<String> EFFECTS = Set.of("NoSchedule", "PreferNoSchedule", "NoExecute");

    private static final Pattern FORM = Pattern.compile("(?<key>" + PodSettings.KEY + ")(=(?<value>" + LabelValue.FORM
            + "))?:(?<effect>" + String.join("|", EFFECTS) + ")");

    /** As {@code kubectl taint} writes a taint: {@code key=value:Effect} or {@code key:Effect}. */
    public static Optional<Toleration> find(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new Toleration(
                        matcher.group("key"), Optional.ofNullable(matcher.group("value")), matcher.group("effect")))
                : Optional.empty();
    }

    /** All is written out, so that the API server has no default to add. */
    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("key", key);
        value.ifPresentOrElse(
                is -> json.put("operator", "Equal").put("value", is), () -> json.put("operator", "Exists"));
        return json.put("effect", effect);
    }
}
