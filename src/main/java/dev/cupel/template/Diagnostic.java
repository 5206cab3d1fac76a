package dev.cupel.template;

/**
 * Something wrong in a template's files, as {@code cupel lint} tells it.
 *
 * @param file relative to the template folder
 */
public record Diagnostic(String file, YamlNode.Mark mark, String message) {
    /** {@code file:line:column: message}, the form that compilers print and editors read. */
    @Override
    public String toString() {
        return file + where();
    }

    /** The same without the file's name: {@code :line:column: message}. */
    public String where() {
        return ":" + mark.line() + ":" + mark.column() + ": " + message;
    }
}
