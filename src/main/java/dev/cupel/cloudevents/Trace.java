package dev.cupel.cloudevents;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A place in a distributed trace, as W3C's Trace Context writes it and CloudEvents' extension of that name carries it. What
 * is none is as good as nothing (section 3.2 there): it comes from anybody, and nobody's request is wrong for it.
 *
 * @param state what tracing systems add; absent where {@code parent} is
 */
public record Trace(Optional<String> parent, Optional<String> state) {
    public static final String PARENT = "traceparent";
    public static final String STATE = "tracestate";

    /** A later version may have more behind it; {@code ff} is none, nor are ids of zeros. */
    private static final Predicate<String> IS_PARENT = Pattern.compile(
                    "(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}((?<!^00.{53})-[!-~]{0,200})?")
            .asMatchPredicate();

    /** Section 3.3.1.5: at least this much is handed on. */
    private static final Predicate<String> IS_STATE =
            Pattern.compile("[ -~]{1,512}").asMatchPredicate();

    /** After what its constructor reads. */
    public static final Trace NONE = new Trace(Optional.empty(), Optional.empty());

    private static final int ID_FROM = 3;
    private static final int ID_TO = 35;

    public Trace {
        parent = parent.filter(IS_PARENT);
        state = parent.isPresent() ? state.filter(IS_STATE) : Optional.empty();
    }

    public static Trace of(Map<String, String> extensions) {
        return new Trace(Optional.ofNullable(extensions.get(PARENT)), Optional.ofNullable(extensions.get(STATE)));
    }

    /** Whether an attribute of this name is one of a trace. */
    static boolean isPart(String name) {
        return name.equals(PARENT) || name.equals(STATE);
    }

    /** In place of the one that the extensions had. */
    public void putInto(Map<String, String> extensions) {
        extensions.remove(PARENT);
        extensions.remove(STATE);
        parent.ifPresent(text -> extensions.put(PARENT, text));
        state.ifPresent(text -> extensions.put(STATE, text));
    }

    /** The id that all of a trace have. */
    public Optional<String> id() {
        return parent.map(text -> text.substring(ID_FROM, ID_TO));
    }
}
