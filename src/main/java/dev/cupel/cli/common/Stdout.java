package dev.cupel.cli.common;

import dev.cupel.terminal.StandardStream;
import java.io.PrintStream;

/** Standard output, as bytes: no locale changes them, and what could not be written is noticed. */
public final class Stdout {
    private Stdout() {}

    /** Whether they were taken; where not, that is told on stderr, unless it is a reader that has read enough. */
    public static boolean write(byte[] bytes) {
        PrintStream out = System.out;
        out.write(bytes, 0, bytes.length);
        if (!out.checkError()) {
            return true;
        }
        if (!StandardStream.OUTPUT.isPipe()) {
            System.err.println("cupel: standard output could not be written");
        }
        return false;
    }
}
