package dev.cupel.batch;

/** A request has no result. It has no line either, so that it is run when the batch is resumed. */
public final class NotTold extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean endsAll;

    private NotTold(String message, boolean endsAll) {
        super(message, null, false, false);
        this.endsAll = endsAll;
    }

    /** This one has none, and the others may. */
    public static NotTold one(String message) {
        return new NotTold(message, false);
    }

    /** Nothing can be run here: there is no use in trying the others. */
    public static NotTold all(String message) {
        return new NotTold(message, true);
    }

    boolean endsAll() {
        return endsAll;
    }
}
