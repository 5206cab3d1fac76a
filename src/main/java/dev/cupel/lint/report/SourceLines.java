package dev.cupel.lint.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The lines of the files that findings are about, counted as the YAML reader counts them. */
final class SourceLines {
    private static final String BREAK = "\r\n|[\n\r\u0085\u2028\u2029]";
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Map<Path, List<String>> files = new HashMap<>();

    /** Empty where the file cannot be read as UTF-8, or has no such line. */
    Optional<String> find(Path file, int line) {
        List<String> lines = files.computeIfAbsent(file, SourceLines::read);
        return line <= lines.size() ? Optional.of(lines.get(line - 1)) : Optional.empty();
    }

    private static List<String> read(Path file) {
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
            // The YAML reader does not count it as a column.
            return List.of(text.replace(BYTE_ORDER_MARK, "").split(BREAK, -1));
        } catch (CharacterCodingException e) {
            return List.of();
        } catch (IOException e) {
            return List.of(); // What is wrong with it is told; its line is not there to be shown.
        }
    }
}
