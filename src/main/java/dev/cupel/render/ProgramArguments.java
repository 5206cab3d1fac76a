package dev.cupel.render;

import dev.cupel.json.Bytes;
import dev.cupel.kubernetes.Expansion;
import dev.cupel.request.Program;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * The arguments that tell the supervisor what to run: {@code TIMEOUT OUTPUT_LIMIT ENCODING N CHUNK… ARG…}
 * ({@code templates/python/README.md} has the form). Plain code that fits one argument stays readable; all else, with
 * stdin and files, is packed: base64 of zlib, cut so that each piece fits one argument of a process.
 */
final class ProgramArguments {
    /** MAX_ARG_STRLEN is 131072 with the NUL at the end (execve(2)). */
    static final int MAX_ARGUMENT = 131_071;

    private ProgramArguments() {}

    static List<String> of(Program program, JobValues.Limits limits) {
        List<String> arguments = new ArrayList<>();
        arguments.add(Integer.toString(limits.timeoutSeconds()));
        arguments.add(Integer.toString(limits.outputBytes()));
        boolean plain = isPlain(program);
        List<String> chunks = plain ? List.of(program.code()) : pack(program);
        arguments.add(plain ? "text" : "zip");
        arguments.add(Integer.toString(chunks.size()));
        arguments.addAll(chunks);
        arguments.addAll(program.args());
        return arguments;
    }

    private static boolean isPlain(Program program) {
        return program.stdin().isEmpty()
                && program.files().isEmpty()
                && program.code().chars().allMatch(c -> c >= ' ' || c == '\n' || c == '\t')
                && fits(program.code());
    }

    /** In its escaped form, since that is what the manifest holds. */
    static boolean fits(String argument) {
        return Expansion.escape(argument).getBytes(StandardCharsets.UTF_8).length <= MAX_ARGUMENT;
    }

    private static List<String> pack(Program program) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        // The fastest level: packing is nearly all that a large program costs, and it only has to fit.
        try (Deflater fastest = new Deflater(Deflater.BEST_SPEED);
                DeflaterOutputStream zlib = new DeflaterOutputStream(packed, fastest)) {
            record(zlib, "code", "", Bytes.utf8(program.code()));
            if (!program.stdin().isEmpty()) {
                record(zlib, "stdin", "", program.stdin());
            }
            for (var file : program.files().entrySet()) {
                record(zlib, "file", file.getKey(), file.getValue());
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException("writing to memory", e);
        }
        return cut(Base64.getEncoder().encodeToString(packed.toByteArray()));
    }

    private static void record(DeflaterOutputStream out, String kind, String name, Bytes data)
            throws java.io.IOException {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        String head = kind + " " + nameBytes.length + " " + data.length() + "\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(nameBytes);
        out.write(data.toArray());
    }

    private static List<String> cut(String text) {
        List<String> chunks = new ArrayList<>();
        for (int i = 0; i < text.length(); i += MAX_ARGUMENT) {
            chunks.add(text.substring(i, Math.min(i + MAX_ARGUMENT, text.length())));
        }
        return chunks;
    }
}
