package dev.cupel.event;

import com.fasterxml.jackson.databind.JsonNode;

/** Finds strings that are no Unicode text: an unpaired surrogate has no UTF-8 form (RFC 7493, section 2.1). */
final class WellFormed {
    private WellFormed() {}

    /** @throws Rejected {@code InvalidField} at the first such string */
    static void check(JsonNode node, String pointer) {
        if (node.isTextual()) {
            check(node.textValue(), pointer);
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                check(node.get(i), pointer + "/" + i);
            }
        }
        for (var member : node.properties()) {
            String at = pointer + "/" + Pointers.escape(member.getKey());
            check(member.getKey(), at);
            check(member.getValue(), at);
        }
    }

    private static void check(String text, String pointer) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            throw Rejected.invalid(pointer, "holds an unpaired surrogate, which no UTF-8 can carry");
        }
    }
}
