package dev.cupel.local.sandbox;

import dev.cupel.rejection.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * The supervisor's text, compiled once for each Python of this machine, so that it need not be compiled anew at each
 * start. A sandbox shows the file where no program can write to it, and the interpreter takes it only if the file's
 * magic number is its own; else it compiles the text, which stays in the command.
 */
public final class CompiledSupervisor {
    /** Where a sandbox shows the file. */
    private static final String AT = "/run/supervisor.pyc";

    /** As Python's own files begin: the magic number, and twelve bytes for a source that is elsewhere. */
    private static final String HEADER = "_frozen_importlib_external.MAGIC_NUMBER + bytes(12)";

    /**
     * The text unpacks itself and calls {@code exec}: here that is a list, which takes what it would have run. Those of its
     * parts that it compiles while the program starts are compiled too.
     */
    private static final String COMPILE = """
            import _frozen_importlib_external, binascii, marshal, sys
            texts = []
            exec(sys.argv[1], {"exec": texts.append})
            code = compile(texts[0], "<string>", "exec", dont_inherit=True)
            later = [text for text in code.co_consts if isinstance(text, str) and text.startswith("\\nclass ")]
            later = {text: marshal.dumps(compile(text, "cupel", "exec", dont_inherit=True)) for text in later}
            made = marshal.dumps((code, later))
            sys.stdout.write("\\n" + binascii.b2a_base64(%s + made, newline=False).decode())
            """.formatted(HEADER);

    /** Before the text, and on one line with it: what is compiled runs in its place. */
    private static final String TAKE = """
            try:
             import _frozen_importlib_external,marshal
             with open("%s","rb")as f:c,parts=marshal.loads(f.read())if f.read(16)==%s else("",0)
            except Exception:c=""
            if c:
             builtin=compile
             compile=lambda text,*how:marshal.loads(parts[text])if text in parts else builtin(text,*how)
             exec(c)
            else:""".formatted(AT, HEADER.replace(" ", ""));

    private static final Logger LOG = Logger.getLogger(CompiledSupervisor.class);
    private static final int SECONDS = 20;

    private final List<String> command;
    private final Path folder;
    private final Sandbox sandbox;
    private final Map<Executable, Compiled> known = new ConcurrentHashMap<>();

    /** The compiled form for a Python as it was then; no file if it could not be made. */
    private record Compiled(FileTime changed, long size, Optional<Path> file) {}

    /**
     * One of this server's.
     *
     * @param command how a Job starts the supervisor: a Python, its options, and the text as the last word; empty if
     *     none is to be compiled
     * @param folder made when it is needed; nobody else may write to it
     */
    public CompiledSupervisor(List<String> command, Path folder, Sandbox sandbox) {
        this.command = List.copyOf(command);
        this.folder = folder;
        this.sandbox = sandbox;
    }

    /** The text as a word of the command; empty if none is to be compiled. */
    public String text() {
        return command.isEmpty() ? "" : command.getLast();
    }

    /**
     * The words of a container, and bubblewrap's arguments for what they need besides.
     *
     * @param words the command without its first word, which {@code python} stands for
     */
    public record Start(List<String> words, List<String> mounts) {
        public Start {
            words = List.copyOf(words);
            mounts = List.copyOf(mounts);
        }
    }

    /** The same command with the compiled form. The command itself if it starts something else, or there is no such form. */
    public Start start(Executable python, List<String> words) throws InterruptedException {
        Optional<Path> file = isSupervisor(words) ? find(python) : Optional.empty();
        if (file.isEmpty()) {
            return new Start(words, List.of());
        }
        List<String> changed = new ArrayList<>(words);
        changed.set(command.size() - 2, TAKE + text());
        return new Start(changed, List.of("--ro-bind", file.get().toString(), AT));
    }

    private boolean isSupervisor(List<String> words) {
        int size = command.size() - 1;
        return sandbox.isThere()
                && size > 0
                && words.size() >= size
                && words.subList(0, size).equals(command.subList(1, command.size()));
    }

    private Optional<Path> find(Executable python) throws InterruptedException {
        try {
            Optional<Compiled> found = current(python);
            if (found.isPresent()) {
                return found.get().file();
            }
            synchronized (this) { // One compiles, the others wait for it.
                Optional<Compiled> meanwhile = current(python);
                if (meanwhile.isPresent()) {
                    return meanwhile.get().file();
                }
                Compiled made = compile(python);
                known.put(python, made);
                return made.file();
            }
        } catch (IOException e) {
            return Optional.empty(); // The Python has just gone: its start says so.
        }
    }

    private Optional<Compiled> current(Executable python) throws IOException {
        Compiled compiled = known.get(python);
        return compiled != null
                        && compiled.changed().equals(Files.getLastModifiedTime(python.path()))
                        && compiled.size() == Files.size(python.path())
                        && compiled.file().map(Files::isRegularFile).orElse(true)
                ? Optional.of(compiled)
                : Optional.empty();
    }

    private Compiled compile(Executable python) throws IOException, InterruptedException {
        FileTime changed = Files.getLastModifiedTime(python.path());
        long size = Files.size(python.path());
        List<String> words = List.of("-I", "-S", "-c", COMPILE, text());
        ProcessBuilder builder = new ProcessBuilder(sandbox.wrapTrial(python, words));
        builder.environment().clear();
        try {
            String printed = Trial.run(builder, SECONDS).orThrow("it does not compile here");
            byte[] code = Base64.getDecoder().decode(printed.strip().lines().reduce("", (_, last) -> last));
            return new Compiled(changed, size, Optional.of(write(code)));
        } catch (NotStarted | IllegalArgumentException | IOException e) {
            LOG.warnf("the supervisor is compiled at each start: %s", Quoted.message(String.valueOf(e.getMessage())));
            return new Compiled(changed, size, Optional.empty());
        }
    }

    private Path write(byte[] code) throws IOException {
        Path made = Files.createTempFile(Files.createDirectories(folder), "made", "");
        Files.write(made, code);
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("r--------"));
        return Files.move(made, folder.resolve(made.getFileName() + ".pyc"), StandardCopyOption.ATOMIC_MOVE);
    }
}
