package dev.cupel.result;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cupel.result.Content.Base64;
import dev.cupel.result.Content.Text;
import org.junit.jupiter.api.Test;

class ContentTest {
    /** One to four bytes a character: 1 + 2 + 3 + 4. */
    private static final byte[] MIXED = "aä€😀".getBytes(UTF_8);

    @Test
    void isTextWhereTheBytesAreUtf8() {
        assertEquals(new Text("aä€😀"), Content.whole(MIXED));
        assertEquals(new Text(""), Content.whole(new byte[0]));
        assertEquals(new Text("a\0\r\n"), Content.whole(new byte[] {'a', 0, '\r', '\n'}));
    }

    @Test
    void isTextWithAReplacementCharacterThatWasPrinted() {
        assertEquals(new Text("\uFFFD"), Content.whole("\uFFFD".getBytes(UTF_8)));
    }

    @Test
    void isBase64WhereTheyAreNot() {
        assertEquals(new Base64("/w=="), Content.whole(new byte[] {(byte) 0xFF}));
        assertEquals(
                new Base64("7aCA"), Content.whole(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}), "a surrogate");
        assertEquals(new Base64("wIA="), Content.whole(new byte[] {(byte) 0xC0, (byte) 0x80}), "overlong");
        assertEquals(
                new Base64("4oI="), Content.whole(new byte[] {(byte) 0xE2, (byte) 0x82}), "cut, but said to be whole");
    }

    @Test
    void dropsWhatIsLeftOfACharacterAtTheEndOfAHead() {
        String[] expected = {"", "a", "a", "aä", "aä", "aä", "aä€", "aä€", "aä€", "aä€", "aä€😀"};
        for (int length = 0; length < expected.length; length++) {
            assertEquals(new Text(expected[length]), Content.head(MIXED, length), "head of " + length);
        }
    }

    @Test
    void dropsWhatIsLeftOfACharacterAtTheStartOfATail() {
        String[] expected = {"aä€😀", "ä€😀", "€😀", "€😀", "😀", "😀", "😀", "", "", "", ""};
        for (int from = 0; from < expected.length; from++) {
            assertEquals(new Text(expected[from]), Content.tail(MIXED, from), "tail from " + from);
        }
    }

    @Test
    void keepsEveryByteOfWhatIsNoText() {
        byte[] bytes = {(byte) 0xFF, 'a', (byte) 0xE2, (byte) 0x82};

        assertEquals(new Base64("/2Hi"), Content.head(bytes, 3));
        assertEquals(new Base64("/2Higg=="), Content.tail(bytes, 0));
    }

    @Test
    void keepsLooseContinuationBytes() {
        byte[] bytes = {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80};

        assertEquals(new Base64("gICAgIA="), Content.head(bytes, 5));
        assertEquals(new Base64("gICAgIA="), Content.tail(bytes, 0));
    }
}
