package dev.cupel.template;

import java.util.Optional;

/**
 * Something wrong in a template's files, as {@code cupel lint} tells it.
 *
 * @param file relative to the template folder
 * @param instead what to write instead, where that is known
 */
public record Diagnostic(String file, YamlNode.Mark mark, Check check, String message, Optional<String> instead) {
    public Diagnostic(String file, YamlNode.Mark mark, Check check, String message) {
        this(file, mark, check, message, Optional.empty());
    }

    /** What to do about it. */
    public String help() {
        return instead.orElse(check.advice());
    }

    /** Whether a template that has it cannot be used. */
    public boolean isError() {
        return check.severity() == Check.Severity.ERROR;
    }

    /** {@code file:line:column: message}: in one line, for a log. */
    @Override
    public String toString() {
        return file + where();
    }

    /** The same without the file's name: {@code :line:column: message}. */
    public String where() {
        return ":" + mark.line() + ":" + mark.column() + ": " + message;
    }
}
