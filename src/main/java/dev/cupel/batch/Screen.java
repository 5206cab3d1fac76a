package dev.cupel.batch;

import dev.cupel.terminal.Colours;
import dev.cupel.terminal.StandardStream;
import java.io.PrintStream;
import java.util.regex.Pattern;

/** Where a batch tells how far it is: a terminal, with a line that is written anew, or whatever takes lines. */
public final class Screen {
    private static final Pattern FIRST_WORD = Pattern.compile("(?m)^[a-z]+");

    private final PrintStream out;
    private final boolean isTerminal;
    private final Colours colours;
    private boolean hasStatus;
    private boolean ended;

    public Screen(PrintStream out, boolean isTerminal) {
        this(out, isTerminal, Colours.NONE);
    }

    Screen(PrintStream out, boolean isTerminal, Colours colours) {
        this.out = out;
        this.isTerminal = isTerminal;
        this.colours = colours;
    }

    /** Standard error. */
    public static Screen ofStandardError() {
        boolean canRewrite = StandardStream.ERROR.isTerminal() && !Colours.isDumb(System.getenv());
        return new Screen(System.err, canRewrite, Colours.of(StandardStream.ERROR));
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

    /** A table after which nothing is said any more of how far it is; its rows may begin with an outcome. */
    synchronized void end(String table) {
        ended = true;
        print(FIRST_WORD.matcher(table).replaceAll(word -> colours.outcome(word.group())));
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
