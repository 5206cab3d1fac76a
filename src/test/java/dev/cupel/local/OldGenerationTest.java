package dev.cupel.local;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class OldGenerationTest {
    private static final long MIB = 1L << 20;

    @Test
    void itIsCollectedWhenAThirdOfItMayBeGarbage() {
        assertTrue(OldGeneration.isDue(91 * MIB, 60 * MIB));
        assertFalse(OldGeneration.isDue(89 * MIB, 60 * MIB));
        assertTrue(OldGeneration.isDue(41 * MIB, 0));
    }

    @Test
    void whatIsSmallIsLeftAlone() {
        assertFalse(OldGeneration.isDue(39 * MIB, 0));
        assertFalse(OldGeneration.isDue(39 * MIB, 10 * MIB));
    }
}
