package dev.cupel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The blocks of a page in their order, with what a comment before each says: {@code not run: why}, {@code file: NAME},
 * {@code background: what it says when it is there}, {@code exits: CODE}. A block of text after one that is run is what
 * that prints, with an ellipsis for what differs, and other lines between.
 */
record Walk(Path page, List<Step> steps) {
    /** A fenced block. */
    record Step(int line, String language, String text, Optional<String> comment) {
        Optional<String> comment(String key) {
            return comment.filter(words -> words.startsWith(key + ": "))
                    .map(words -> words.substring(key.length() + 2));
        }

        boolean isCommand() {
            return language.equals("sh");
        }
    }

    private static final Pattern COMMENT = Pattern.compile("<!-- (.*) -->");
    private static final String FENCE = "```";

    Walk {
        steps = List.copyOf(steps);
    }

    static Walk of(Path page) {
        List<Step> steps = new ArrayList<>();
        List<String> lines = Markdown.read(page).lines();
        Optional<String> comment = Optional.empty();
        for (int i = 0; i < lines.size(); i++) {
            Matcher said = COMMENT.matcher(lines.get(i));
            if (said.matches()) {
                comment = Optional.of(said.group(1));
            } else if (lines.get(i).startsWith(FENCE)) {
                int begin = i++;
                List<String> block = new ArrayList<>();
                while (!lines.get(i).equals(FENCE)) {
                    block.add(lines.get(i++));
                }
                String language = lines.get(begin).substring(FENCE.length());
                steps.add(new Step(begin + 1, language, String.join("\n", block) + "\n", comment));
                comment = Optional.empty();
            } else if (!lines.get(i).isBlank()) {
                comment = Optional.empty();
            }
        }
        return new Walk(page, steps);
    }
}
