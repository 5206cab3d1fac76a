package dev.cupel.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who can reach the port can run programs: so it is open only where that was said by name, or in a Pod of a cluster. */
class ListenAddressTest {
    @ParameterizedTest
    @CsvSource({
        // named, local, in a Pod
        "false, false, false, 127.0.0.1",
        "false, true,  false, 127.0.0.1",
        "false, true,  true,  127.0.0.1",
        "false, false, true,  0.0.0.0",
        "true,  false, false, 0.0.0.0",
        "true,  true,  false, 0.0.0.0",
        "true,  true,  true,  0.0.0.0",
        "true,  false, true,  0.0.0.0"
    })
    void isThisMachinesUnlessToldOtherwise(boolean isNamed, boolean isLocal, boolean isPod, String host) {
        assertEquals(host, ListenAddress.choose("0.0.0.0", isNamed, isLocal, isPod));
    }
}
