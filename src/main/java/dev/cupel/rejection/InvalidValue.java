package dev.cupel.rejection;

/** What is wrong with a value. Whoever read it knows where it stood, and makes a {@link Rejected} of it. */
public final class InvalidValue extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what is wrong and what to do, without the value's name */
    public InvalidValue(String message) {
        super(message, null, false, false);
    }

    public String text() {
        return String.valueOf(getMessage());
    }

    /** The same where the value stood: {@code InvalidField}. */
    public Rejected at(String pointer) {
        return Rejected.invalid(pointer, text());
    }
}
