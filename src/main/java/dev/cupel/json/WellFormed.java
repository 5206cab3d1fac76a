package dev.cupel.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.rejection.Pointers;
import dev.cupel.rejection.Rejected;

/** Finds strings with an unpaired surrogate, which has no UTF-8 form (RFC 7493, section 2.1). */
final class WellFormed {
    private WellFormed() {}

    /** @throws Rejected {@code InvalidField} at the first such string */
    static void check(JsonNode node) {
        if (!isWellFormed(node)) {
            find(node, "");
        }
    }

    /** Makes a pointer only for a string that is wrong, because most are not. */
    private static boolean isWellFormed(JsonNode node) {
        if (node.isTextual()) {
            return isWellFormed(node.textValue());
        }
        if (node.isArray()) {
            for (JsonNode item : node) {
                if (!isWellFormed(item)) {
                    return false;
                }
            }
        }
        for (var member : node.properties()) {
            if (!isWellFormed(member.getKey()) || !isWellFormed(member.getValue())) {
                return false;
            }
        }
        return true;
    }

    private static void find(JsonNode node, String pointer) {
        if (node.isTextual()) {
            check(node.textValue(), pointer);
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                find(node.get(i), pointer + "/" + i);
            }
        }
        for (var member : node.properties()) {
            String at = pointer + "/" + Pointers.escape(member.getKey());
            check(member.getKey(), at);
            find(member.getValue(), at);
        }
    }

    private static void check(String text, String pointer) {
        if (!isWellFormed(text)) {
            throw Rejected.invalid(pointer, "holds an unpaired surrogate, which no UTF-8 can carry");
        }
    }

    private static boolean isWellFormed(String text) {
        boolean afterHigh = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (afterHigh != Character.isLowSurrogate(c)) {
                return false;
            }
            afterHigh = Character.isHighSurrogate(c);
        }
        return !afterHigh;
    }
}
