package dev.cupel.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.json.Bytes;
import dev.cupel.json.Digest;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.rejection.InvalidValue;
import dev.cupel.rejection.Pointers;
import dev.cupel.rejection.Quoted;
import java.math.BigDecimal;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** EvalId, JobName, TemplateName, Digest, Bytes, Quoted and Quantity. */
class ValuesTest {
    /** Where it stood, its reader says: {@link JobRequestTest} and {@link JobRenderedTest} hold that. */
    private static void assertInvalid(Executable made) {
        String said = assertThrows(InvalidValue.class, made).text();
        assertTrue(said.startsWith("must "), said);
    }

    @Test
    void evalIdHasOneTo253CharactersCountedAsCodePoints() {
        assertEquals(253 * 2, new EvalId("😀".repeat(253)).value().length());
        assertEquals("x", new EvalId("x").value());
        assertInvalid(() -> new EvalId(""));
        assertInvalid(() -> new EvalId("x".repeat(254)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "\n", "a\tb", "\u001b", "\u007f", "\u0085"})
    void evalIdHasNoControlCharacter(String text) {
        assertInvalid(() -> new EvalId(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "x\" spec: {}", "__CODE__", "漢字", "../..", "\u2028"})
    void evalIdIsAnyOtherText(String text) {
        assertEquals(text, new EvalId(text).value());
    }

    @Test
    void jobNameIsADnsLabel() {
        assertEquals("a".repeat(63), new JobName("a".repeat(63)).value());
        for (String wrong : new String[] {"", "A", "-a", "a-", "a.b", "a_b", "a\n", "é", "a".repeat(64), "a/b", ".."}) {
            assertInvalid(() -> new JobName(wrong));
        }
    }

    @Test
    void templateNameIsADnsLabelSoThatItNamesNoOtherFolder() {
        assertEquals("python", new TemplateName("python").value());
        for (String wrong : new String[] {"", "..", ".", "a/b", "Python", "a\0", "python\n", "a".repeat(64)}) {
            assertInvalid(() -> new TemplateName(wrong));
        }
    }

    @Test
    void digestIsWrittenAsOciDoes() {
        String empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

        assertEquals(empty, Digest.of(new byte[0]).value());
        assertEquals("e3b0c442", new Digest(empty).hex(8));
        String hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for (String wrong :
                new String[] {"", hex, "sha512:" + hex, empty + "0", empty.toUpperCase(java.util.Locale.ROOT)}) {
            assertInvalid(() -> new Digest(wrong));
        }
    }

    @Test
    void digestOfPartsDelimitsThem() {
        assertNotEquals(
                Digest.ofParts("a".getBytes(UTF_8), "bc".getBytes(UTF_8)),
                Digest.ofParts("ab".getBytes(UTF_8), "c".getBytes(UTF_8)));
        assertNotEquals(Digest.ofParts("a".getBytes(UTF_8)), Digest.ofParts("a".getBytes(UTF_8), new byte[0]));
    }

    @Test
    void bytesAreAValueAndCannotBeChanged() {
        byte[] array = {1, 2};
        Bytes bytes = Bytes.of(array);
        array[0] = 9;
        bytes.toArray()[1] = 9;

        assertArrayEquals(new byte[] {1, 2}, bytes.toArray());
        assertEquals(Bytes.of(new byte[] {1, 2}), bytes);
        assertEquals(Bytes.of(new byte[] {1, 2}).hashCode(), bytes.hashCode());
        assertNotEquals(Bytes.EMPTY, bytes);
        assertEquals("2 bytes", bytes.toString());
    }

    @Test
    void bytesAreTextOnlyWhereTheyAreUtf8() {
        assertEquals(Optional.of("é"), Bytes.utf8("é").text());
        assertEquals(Optional.empty(), Bytes.of(new byte[] {(byte) 0xE9}).text());
    }

    @Test
    void quotedTextIsCutAndHoldsNothingThatATerminalActsOn() {
        assertEquals("\"a\\u{1b}[31m\\u{202e}b\\u{a}\"", Quoted.of("a\u001b[31m\u202eb\n"));
        assertEquals("\"" + "😀".repeat(80) + "\"", Quoted.of("😀".repeat(80)));
        assertEquals("\"" + "😀".repeat(80) + "…\"", Quoted.of("😀".repeat(81)));
    }

    @Test
    void pointersEscapeTildeAndSlash() {
        assertEquals("a~1b~0c~01", Pointers.escape("a/b~c~1"));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "500m, 0.5",
        "100u, 0.0001",
        "1n, 0.000000001",
        "1k, 1000",
        "1M, 1000000",
        "1G, 1000000000",
        "1T, 1000000000000",
        "1P, 1000000000000000",
        "1E, 1000000000000000000",
        "1Ki, 1024",
        "256Mi, 268435456",
        "1Gi, 1073741824",
        "1Ti, 1099511627776",
        "1Pi, 1125899906842624",
        "1Ei, 1152921504606846976",
        "1.5, 1.5",
        "1.5Gi, 1610612736",
        ".5, 0.5",
        "1., 1",
        "1e3, 1000",
        "1E3, 1000",
        "1e-3, 0.001",
        "2e+2, 200",
        "+1, 1",
        "007, 7",
        "9223372036854775807, 9223372036854775807"
    })
    void quantityAmountsToWhatKubernetesSays(String text, BigDecimal amount) {
        assertEquals(0, amount.compareTo(new Quantity(text).amount()), text);
        assertEquals(text, new Quantity(text).text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1 ",
                "-1",
                "0",
                "0m",
                "0.0",
                "+0",
                "1K",
                "1ki",
                "1mi",
                "1MiB",
                "1MB",
                "one",
                "1,5",
                "1e",
                "1e3Mi",
                "e3",
                ".",
                "0x10",
                "1_000",
                "NaN",
                "Infinity",
                "9223372036854775808",
                "8Ei",
                "1e99",
                "١",
                "1\n",
                "99999999999999999999"
            })
    void quantityIsNothingElseAndAboveZero(String text) {
        assertInvalid(() -> new Quantity(text));
        assertEquals(Optional.empty(), Quantity.find(text));
    }

    @Test
    void quantitiesAreComparedByWhatTheyAmountTo() {
        assertTrue(new Quantity("1000m").amountsTo(new Quantity("1")));
        assertTrue(new Quantity("1Gi").compareTo(new Quantity("1G")) > 0);
        assertTrue(new Quantity("999m").compareTo(new Quantity("1")) < 0);
    }
}
