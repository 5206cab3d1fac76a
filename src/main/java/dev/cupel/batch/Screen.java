package dev.cupel.batch;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a batch tells how far it is: a terminal, with a line that is written anew, or whatever takes lines. */
public final class Screen {
    private static final Path STDERR = Path.of("/proc/self/fd/2");

    private final PrintStream out;
    private final boolean isTerminal;
    private boolean hasStatus;
    private boolean ended;

    public Screen(PrintStream out, boolean isTerminal) {
        this.out = out;
        this.isTerminal = isTerminal;
    }

    /** Standard error. Where the kernel does not say what that is, it is no terminal. */
    public static Screen ofStandardError() {
        boolean isTerminal;
        try {
            isTerminal = Files.readSymbolicLink(STDERR).toString().matches("/dev/(pts/[0-9]+|tty[A-Za-z0-9]*|console)");
        } catch (IOException | UnsupportedOperationException e) {
            isTerminal = false;
        }
        return new Screen(System.err, isTerminal);
    }

    boolean isTerminal() {
        return isTerminal;
    }

    /** A line of Cupel's. */
    public synchronized void say(String text) {
        print("cupel: " + text + System.lineSeparator());
    }

    private void print(String lines) {
        clear();
        out.print(lines);
        out.flush();
    }

    /** Lines after which nothing is said any more of how far it is. */
    synchronized void end(String lines) {
        ended = true;
        print(lines);
    }

    /** How far it is: on a terminal in the place of what was said before. */
    synchronized void status(String text) {
        if (ended) {
            return;
        }
        if (isTerminal) {
            print(text);
            hasStatus = true;
        } else {
            say(text);
        }
    }

    private void clear() {
        if (hasStatus) {
            out.print("\r\033[K");
            hasStatus = false;
        }
    }
}
