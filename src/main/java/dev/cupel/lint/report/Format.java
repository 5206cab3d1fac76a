package dev.cupel.lint.report;

import java.util.Locale;

/** How findings are shown. */
public enum Format {
    TEXT,
    JSON,
    SARIF;

    /** As an option names it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
