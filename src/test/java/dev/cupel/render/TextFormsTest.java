package dev.cupel.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.Seeded;
import dev.cupel.kubernetes.Expansion;
import dev.cupel.kubernetes.LabelValue;
import dev.cupel.request.EvalId;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expansion, LabelValue and JobNamer: what a text becomes where Kubernetes reads it. */
class TextFormsTest {
    private static final Map<String, String> VARIABLES =
            Map.of("VAR_A", "A", "VAR_B", "B", "VAR_C", "C", "VAR_REF", "$(VAR_A)", "VAR_EMPTY", "");

    /** From kubernetes, {@code third_party/forked/golang/expansion/expand_test.go}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "$(VAR_A)|A",
                "___$(VAR_B)___|___B___",
                "___$(VAR_C)|___C",
                "$(VAR_A)-$(VAR_A)|A-A",
                "$(VAR_A)-1|A-1",
                "$(VAR_A)_$(VAR_B)_$(VAR_C)|A_B_C",
                "$$(VAR_B)_$(VAR_A)|$(VAR_B)_A",
                "$$(VAR_A)_$$(VAR_B)|$(VAR_A)_$(VAR_B)",
                "f000-$$VAR_A|f000-$VAR_A",
                "foo\\$(VAR_C)bar|foo\\Cbar",
                "foo\\\\$(VAR_C)bar|foo\\\\Cbar",
                "foo\\$$$$$$(VAR_A)|foo\\$$$(VAR_A)",
                "$(VAR_A$(VAR_B)|$(VAR_A$(VAR_B)",
                "$(VAR_A$(VAR_B)$(|$(VAR_A$(VAR_B)$(",
                "$VAR_A|$VAR_A",
                "$|$",
                "foo$(|foo$(",
                "$()|$()",
                "$(VAR_DNE)|$(VAR_DNE)",
                "$$$(VAR_A)|$A",
                "$$$$(VAR_A)|$$(VAR_A)",
                "$(VAR_EMPTY)|''",
                "$(VAR_REF)|$(VAR_A)",
                "$1$(VAR_A)|$1A"
            })
    void expandsAsKubernetesDocuments(String text, String expected) {
        assertEquals(expected, Expansion.expand(text, VARIABLES));
    }

    @Test
    void escapedTextExpandsToItself() {
        Seeded.check(2_000, random -> {
            String text = Seeded.text(random, 20) + "$(VAR_A)";

            assertEquals(text, Expansion.expand(Expansion.escape(text), VARIABLES));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A", "0", "demo-1", "a.b_c-D", "x"})
    void aLabelsValueStaysAsItIs(String text) {
        assertEquals(text, LabelValue.of(text));
        assertEquals("a".repeat(63), LabelValue.of("a".repeat(63)));
    }

    @ParameterizedTest
    @CsvSource({
        "'a b', a-b-c8687a08",
        "-a, a-3eb79b2d",
        "a-, a--6a32efba",
        "'', e3b0c442",
        "漢字, 2e7c1e3d",
        "'x\" spec: {}', x-spec-"
    })
    void anyOtherTextKeepsWhatALabelTakesAndAHash(String text, String start) {
        String label = LabelValue.of(text);

        assertTrue(label.startsWith(start.replaceAll("[0-9a-f]{8}$", "")), label);
        assertTrue(label.matches("([A-Za-z0-9][-A-Za-z0-9_.]*-)?[0-9a-f]{8}"), label);
    }

    @Test
    void everyLabelIsOneAndTellsTextsApart() {
        Seeded.check(2_000, random -> {
            String text = Seeded.text(random, 80);
            String label = LabelValue.of(text);

            assertTrue(label.matches("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"), label);
            assertNotEquals(label, LabelValue.of(text + " "));
        });
    }

    @ParameterizedTest
    @CsvSource({
        "demo-1, eval-demo-1-",
        "Demo_1, eval-demo-1-",
        "'  x  ', eval-x-",
        "漢字, eval-",
        "'x\" spec: {}', eval-x-spec-",
        "abcdefghijklmnopqrstuvwxyz, eval-abcdefghijklmnopqrst-",
        "abcdefghijklmnopqrs-uvw, eval-abcdefghijklmnopqrs-"
    })
    void aJobsNameBeginsWithWhatCanBeReadOfTheEvalId(String evalId, String start) {
        String name = JobNamer.name(new EvalId(evalId), "/s", "1").value();

        assertTrue(name.matches(start + "[0-9a-f]{24}"), name);
    }

    @Test
    void aJobsNameHashesSourceAndIdEachWithItsLength() {
        EvalId demo = new EvalId("demo");

        assertEquals(JobNamer.name(demo, "/s", "1"), JobNamer.name(demo, "/s", "1"));
        assertNotEquals(JobNamer.name(demo, "/s", "12"), JobNamer.name(demo, "/s1", "2"));
        assertNotEquals(JobNamer.name(demo, "/s", "1"), JobNamer.name(demo, "1", "/s"));
        assertNotEquals(JobNamer.name(demo, "/s", "1"), JobNamer.name(demo, "/s", "1\0"));
    }

    @Test
    void everyNameIsADnsLabelOfAtMostFiftyCharacters() {
        Seeded.check(1_000, random -> {
            String name = JobNamer.name(
                            new EvalId(Seeded.line(random, 40)), Seeded.text(random, 5), Seeded.text(random, 5))
                    .value();

            assertTrue(name.length() <= 50, name);
        });
    }
}
