package dev.cupel.local;

/** A Job's process could not be started. The message is told to whoever asked for it: it names no folder of this machine. */
final class NotStarted extends Exception {
    private static final long serialVersionUID = 1;

    NotStarted(String message) {
        super(message);
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
