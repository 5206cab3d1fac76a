package dev.cupel.cloudevents;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceTest {
    private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + ID + "-00f067aa0ba902b7-01";

    @ParameterizedTest
    @ValueSource(
            strings = {
                PARENT,
                "00-" + ID + "-00f067aa0ba902b7-00",
                "00-" + ID + "-00f067aa0ba902b7-ff",
                "cc-" + ID + "-00f067aa0ba902b7-01",
                "cc-" + ID + "-00f067aa0ba902b7-01-what-the-future-will-be-like"
            })
    void takesWhatIsOne(String parent) {
        Trace trace = Trace.of(Map.of("traceparent", parent));
        assertEquals(Optional.of(parent), trace.parent());
        assertEquals(Optional.of(ID), trace.id());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "00",
                "hello",
                " " + PARENT,
                PARENT + " ",
                PARENT + "\n",
                PARENT + "-more",
                "ff-" + ID + "-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-" + ID + "-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-" + ID + "-00f067aa0ba902b7-1",
                "00_" + ID + "-00f067aa0ba902b7-01",
                "00-" + ID + "-00f067aa0ba902b7-zz",
                "cc-" + ID + "-00f067aa0ba902b7-01.more"
            })
    void leavesOutWhatIsNone(String parent) {
        assertEquals(Trace.NONE, Trace.of(Map.of("traceparent", parent, "tracestate", "a=b")));
    }

    @Test
    void leavesOutWhatIsTooLong() {
        assertEquals(Trace.NONE, Trace.of(Map.of("traceparent", "x".repeat(10_240))));
        assertEquals(Trace.NONE, Trace.of(Map.of("traceparent", PARENT + "0".repeat(10_240))));
        assertEquals(
                Trace.NONE, Trace.of(Map.of("traceparent", "cc" + PARENT.substring(2) + "-" + "0".repeat(10_240))));
        assertEquals(
                Optional.empty(),
                Trace.of(Map.of("traceparent", PARENT, "tracestate", "a=" + "b".repeat(511)))
                        .state());
    }

    @Test
    void theStateGoesWithItsParentOnly() {
        assertEquals(Trace.NONE, Trace.of(Map.of("tracestate", "a=b")));
        assertEquals(
                Optional.of("a=b,c=d"),
                Trace.of(Map.of("traceparent", PARENT, "tracestate", "a=b,c=d")).state());
        assertEquals(
                Optional.empty(),
                Trace.of(Map.of("traceparent", PARENT, "tracestate", "a=\u0007"))
                        .state());
    }

    @Test
    void takesThePlaceOfTheOneThatWasThere() {
        Map<String, String> extensions = new TreeMap<>(Map.of("traceparent", "old", "tracestate", "old", "other", "x"));
        Trace.of(Map.of("traceparent", PARENT)).putInto(extensions);
        assertEquals(Map.of("traceparent", PARENT, "other", "x"), extensions);
        Trace.NONE.putInto(extensions);
        assertEquals(Map.of("other", "x"), extensions);
    }

    @Test
    void noEventHasOneThatIsNone() {
        EventContext context = new EventContext(
                "1",
                "/test",
                "t",
                Optional.empty(),
                Optional.empty(),
                new TreeMap<>(Map.of("traceparent", "x".repeat(10_240), "tracestate", "\u0000", "other", "x")));
        assertEquals(Map.of("other", "x"), context.extensions());
        assertEquals(
                Map.of(),
                HttpBinding.decode(Map.of(
                                "specversion",
                                "1.0",
                                "id",
                                "1",
                                "source",
                                "/test",
                                "type",
                                "t",
                                "traceparent",
                                "%zz",
                                "tracestate",
                                "%C3"))
                        .extensions());
    }
}
