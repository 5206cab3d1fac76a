package dev.cupel.render;

import dev.cupel.json.Bytes;
import dev.cupel.kubernetes.Expansion;
import dev.cupel.request.Case;
import dev.cupel.request.Cases;
import dev.cupel.request.FilePattern;
import dev.cupel.request.JobRequest;
import dev.cupel.request.Program;
import dev.cupel.template.Declaration;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * The arguments that tell the supervisor what to do: words {@code KEY=VALUE} ({@code src/main/supervisor/PROTOCOL.md} has
 * them all). Plain code that fits one argument stays readable; all else, with stdin, files and cases, is packed: base64 of
 * zlib, cut so that each piece fits one argument of a process.
 */
final class ProgramArguments {
    /** MAX_ARG_STRLEN is 131072 with the NUL at the end (execve(2)). */
    static final int MAX_ARGUMENT = 131_071;

    private static final String CODE = "code=";
    private static final String ZIP = "zip=";

    private ProgramArguments() {}

    static List<String> of(JobRequest request, JobValues.Limits limits, Declaration.Execution execution) {
        List<String> words = new ArrayList<>();
        words.add("timeout=" + limits.timeout().text());
        limits.cpuTimeout().ifPresent(seconds -> words.add("cpu_timeout=" + seconds.text()));
        limits.compileTimeout().ifPresent(seconds -> words.add("compile_timeout=" + seconds.text()));
        words.add("output_limit=" + limits.outputBytes());
        Cases cases = request.cases();
        if (cases.parallel() > 1) {
            words.add("parallel=" + cases.parallel());
        }
        if (cases.stopAtFirstFailure()) {
            words.add("stop=1");
        }
        List<FilePattern> collected =
                request.collectFiles().isEmpty() ? execution.collectFiles() : request.collectFiles();
        collected.forEach(pattern -> words.add("collect=" + pattern.text()));
        words.add("main=" + execution.main());
        execution.compile().forEach(word -> words.add("compile=" + word));
        execution.run().forEach(word -> words.add("run=" + word));
        if (isPlain(request)) {
            words.add(CODE + request.program().code());
        } else {
            pack(request).forEach(chunk -> words.add(ZIP + chunk));
        }
        request.program().args().forEach(arg -> words.add("arg=" + arg));
        return words;
    }

    private static boolean isPlain(JobRequest request) {
        Program program = request.program();
        return program.stdin().isEmpty()
                && program.files().isEmpty()
                && request.cases().isEmpty()
                && program.code().chars().allMatch(c -> c >= ' ' || c == '\n' || c == '\t')
                && fits(CODE + program.code());
    }

    /** In its escaped form, since that is what the manifest holds. */
    static boolean fits(String argument) {
        return Expansion.escape(argument).getBytes(StandardCharsets.UTF_8).length <= MAX_ARGUMENT;
    }

    private static List<String> pack(JobRequest request) {
        Program program = request.program();
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
            for (Case one : request.cases().list()) {
                record(zlib, one, program.args().isEmpty());
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException("writing to memory", e);
        }
        return cut(Base64.getEncoder().encodeToString(packed.toByteArray()));
    }

    /** What follows the first record, up to the next case's, is this one's. */
    private static void record(DeflaterOutputStream out, Case one, boolean isWithoutArgs) throws java.io.IOException {
        record(out, "case", one.name(), Bytes.EMPTY);
        for (String arg : one.args().orElse(List.of())) {
            record(out, "arg", "", Bytes.utf8(arg));
        }
        if (one.args().filter(List::isEmpty).isPresent() && !isWithoutArgs) {
            record(out, "noargs", "", Bytes.EMPTY);
        }
        if (one.stdin().isPresent()) {
            record(out, "stdin", "", one.stdin().get());
        }
        for (var file : one.files().entrySet()) {
            record(out, "file", file.getKey(), file.getValue());
        }
        for (var variable : one.env().entrySet()) {
            record(out, "env", variable.getKey(), Bytes.utf8(variable.getValue()));
        }
        if (one.timeout().isPresent()) {
            record(out, "timeout", "", Bytes.utf8(one.timeout().get().text()));
        }
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
        int most = MAX_ARGUMENT - ZIP.length();
        for (int i = 0; i < text.length(); i += most) {
            chunks.add(text.substring(i, Math.min(i + most, text.length())));
        }
        return chunks;
    }
}
