package dev.cupel.kubernetes;

import java.util.Map;

/**
 * Kubernetes' own variable expansion in {@code command}, {@code args} and {@code env} values: {@code $(NAME)} becomes
 * the variable's value if there is one, {@code $$} becomes {@code $} (kubernetes,
 * {@code third_party/forked/golang/expansion/expand.go}).
 */
public final class Expansion {
    private Expansion() {}

    /** The text that expands to exactly {@code text}, whatever variables there are. */
    public static String escape(String text) {
        return text.replace("$", "$$");
    }

    /** What the kubelet makes of it; a reference to an unknown variable stays as it is. */
    public static String expand(String text, Map<String, String> variables) {
        if (text.indexOf('$') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            char next = i + 1 < text.length() ? text.charAt(i + 1) : ' ';
            int close = c == '$' && next == '(' ? text.indexOf(')', i) : -1;
            if (c == '$' && next == '$') {
                out.append('$');
                i += 2;
            } else if (close > 0) {
                String value = variables.get(text.substring(i + 2, close));
                out.append(value == null ? text.substring(i, close + 1) : value);
                i = close + 1;
            } else {
                out.append(c);
                i++;
            }
        }
        return out.toString();
    }
}
