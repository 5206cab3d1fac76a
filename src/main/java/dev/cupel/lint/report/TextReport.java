package dev.cupel.lint.report;

import dev.cupel.rejection.Quoted;
import dev.cupel.template.Check;
import dev.cupel.template.Diagnostic;
import dev.cupel.template.YamlNode;

/**
 * Findings for people, as compilers show them: what is wrong and where, the line, a mark below the place, and what to write
 * instead.
 */
public final class TextReport {
    /** Of a line, before and behind the place; most lines are shorter. */
    private static final int AROUND = 60;

    private static final int REPLACEMENT = 0xfffd;

    private final boolean coloured;
    private final SourceLines lines = new SourceLines();

    /** @param coloured whether it is read on a terminal that shows colours */
    public TextReport(boolean coloured) {
        this.coloured = coloured;
    }

    /** Empty where there is nothing to tell. */
    public String of(Findings findings) {
        StringBuilder out = new StringBuilder();
        for (Diagnostic problem : findings.all()) {
            if (!out.isEmpty()) {
                out.append('\n');
            }
            append(out, findings, problem);
        }
        return out.toString();
    }

    private void append(StringBuilder out, Findings findings, Diagnostic problem) {
        YamlNode.Mark mark = problem.mark();
        Check.Severity severity = problem.check().severity();
        Paint paint = severity == Check.Severity.ERROR ? Paint.RED : Paint.YELLOW;
        String path = visible(findings.path(problem).toString());
        out.append(paint(Paint.BOLD, path + ":" + mark.line() + ":" + mark.column() + ":"))
                .append(' ')
                .append(paint(paint, severity.wireName() + "[" + problem.check().id() + "]"))
                .append(paint(Paint.BOLD, ": " + visible(problem.message())))
                .append('\n');
        String number = Integer.toString(mark.line());
        String blank = " ".repeat(number.length());
        lines.find(findings.path(problem), mark.line()).ifPresent(line -> {
            Shown shown = Shown.of(line, mark);
            out.append(paint(Paint.BLUE, blank + " |")).append('\n');
            out.append(paint(Paint.BLUE, number + " |"))
                    .append(shown.text().isEmpty() ? "" : " " + shown.text())
                    .append('\n');
            out.append(paint(Paint.BLUE, blank + " |"))
                    .append(' ')
                    .append(shown.indent())
                    .append(paint(paint, shown.carets()))
                    .append('\n');
        });
        out.append(paint(Paint.BLUE, blank + " ="))
                .append(' ')
                .append(paint(Paint.BOLD, "help"))
                .append(": ")
                .append(visible(problem.help()))
                .append('\n');
    }

    /** Messages quote what they name; this is for what may come from elsewhere, an API server or a file's name. */
    private static String visible(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints()
                .forEach(c ->
                        out.append(Columns.acts(c) ? Quoted.visible(Character.toString(c)) : Character.toString(c)));
        return out.toString();
    }

    private enum Paint {
        BOLD("1"),
        RED("1;31"),
        YELLOW("1;33"),
        BLUE("1;34");

        private final String code;

        Paint(String code) {
            this.code = code;
        }
    }

    private String paint(Paint paint, String text) {
        return coloured ? "\u001b[" + paint.code + "m" + text + "\u001b[0m" : text;
    }

    /**
     * A line, or the part of it around the place.
     *
     * @param indent as wide as what stands before the place, tabs included
     */
    private record Shown(String text, String indent, String carets) {
        static Shown of(String line, YamlNode.Mark mark) {
            int[] all = line.codePoints().toArray();
            int start = Math.min(mark.column() - 1, all.length);
            int end = Math.max(start, Math.min(all.length, start + mark.length()));
            int from = start <= 2 * AROUND ? 0 : start - AROUND;
            int to = Math.min(all.length, Math.max(start + 2 * AROUND, from + 3 * AROUND));
            StringBuilder text = new StringBuilder(from > 0 ? "…" : "");
            StringBuilder indent = new StringBuilder(from > 0 ? " " : "");
            StringBuilder carets = new StringBuilder();
            for (int i = from; i < to; i++) {
                int codePoint = all[i] != '\t' && Columns.acts(all[i]) ? REPLACEMENT : all[i];
                text.appendCodePoint(codePoint);
                int columns = Columns.of(codePoint);
                if (i < start) {
                    indent.append(codePoint == '\t' ? "\t" : " ".repeat(columns));
                } else if (i < end) {
                    carets.append("^".repeat(columns));
                }
            }
            return new Shown(
                    text.append(to < all.length ? "…" : "").toString().stripTrailing(),
                    indent.toString(),
                    carets.isEmpty() ? "^" : carets.toString());
        }
    }
}
