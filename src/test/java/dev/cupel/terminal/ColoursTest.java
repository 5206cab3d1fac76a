package dev.cupel.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ColoursTest {
    private static boolean areOn(boolean isTerminal, String... environment) {
        Map<String, String> map = environment.length == 0
                ? Map.of()
                : environment.length == 2
                        ? Map.of(environment[0], environment[1])
                        : Map.of(environment[0], environment[1], environment[2], environment[3]);
        return Colours.of(map, isTerminal).areOn();
    }

    @Test
    void areOnATerminalAndNowhereElse() {
        assertEquals(true, areOn(true));
        assertEquals(false, areOn(false));
        assertEquals(true, areOn(true, "TERM", "xterm"));
        assertEquals(false, areOn(true, "TERM", "dumb"));
    }

    @Test
    void theEnvironmentHasTheLastWord() {
        assertEquals(false, areOn(true, "NO_COLOR", "1"));
        assertEquals(true, areOn(true, "NO_COLOR", ""), "an empty one says nothing");
        assertEquals(true, areOn(false, "CLICOLOR_FORCE", "1"));
        assertEquals(false, areOn(false, "CLICOLOR_FORCE", "0"));
        assertEquals(false, areOn(true, "NO_COLOR", "1", "CLICOLOR_FORCE", "1"));
    }

    @Test
    void areThoseOfOutcomes() {
        Colours colours = new Colours(true);
        assertEquals("\033[32msuccess\033[0m", colours.outcome("success"));
        assertEquals("\033[31mfailure\033[0m", colours.outcome("failure"));
        assertEquals("outcome", colours.outcome("outcome"));
        assertEquals("success", Colours.NONE.outcome("success"));
    }
}
