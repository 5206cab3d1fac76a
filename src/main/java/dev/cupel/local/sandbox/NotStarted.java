package dev.cupel.local.sandbox;

/** A Job's process could not be started. The message is told to whoever asked for it: it names no folder of this machine. */
public final class NotStarted extends Exception {
    private static final long serialVersionUID = 1;

    public NotStarted(String message) {
        super(message);
    }

    public String text() {
        return String.valueOf(getMessage());
    }
}
