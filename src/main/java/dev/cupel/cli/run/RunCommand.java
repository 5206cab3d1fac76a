package dev.cupel.cli.run;

import dev.cupel.app.ExitCode;
import dev.cupel.cli.common.LocalMode;
import dev.cupel.cli.common.OutputFormat;
import dev.cupel.cli.common.QuarkusProcess;
import dev.cupel.cli.common.RequestFile;
import dev.cupel.cli.common.Version;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cupel run}: a program, or a request, to its result in this process; no cluster. */
@Command(
        name = "run",
        description = "Runs a program or a request on this machine.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "A request is a file that ends in .json or has no ending. Its finished event is",
            "printed as JSON. Any other file is a program: its template is the one whose",
            "main file ends in the same way, and what it prints is printed.",
            "",
            "Exits with 0 if the outcome is success, 1 if not, 2 if the request is rejected",
            "or a setting wrong. As text: the program's own code, 128 + n for signal n, 124",
            "where its time was up, and 125 where nothing ran to an end, or not all that it",
            "printed could be had.",
            "",
            "Examples:",
            "  cupel run hello.py",
            "  cupel run main.cpp --timeout 5 --stdin in.txt -- first second",
            "  echo 'print(6 * 7)' | cupel run --template python -",
            "  cupel run request.json"
        })
public final class RunCommand implements Callable<Integer> {
    @Option(names = "--raw", description = "The same as --output text.")
    private boolean raw;

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            description = "json or yaml: the finished event. text: the program's own bytes on stdout and stderr."
                    + " Default: json for a request, text for a program.")
    private @Nullable OutputFormat output;

    @Option(names = "--template", paramLabel = "NAME", description = "How the program is run (default: by its name).")
    private @Nullable String template;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "How long the program may run.")
    private @Nullable BigDecimal timeout;

    @Option(
            names = "--stdin",
            paramLabel = "FILE",
            description = "What the program reads (default: standard input, if that is a file or a pipe).")
    private @Nullable Path stdin;

    @Parameters(index = "0", paramLabel = "FILE", description = "A program or a request; - for standard input.")
    private Path file;

    @Parameters(index = "1..*", paramLabel = "ARGS", description = "The program's arguments; behind -- any.")
    private List<String> arguments = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        boolean isProgram = template != null || Program.isOne(file);
        if (!isProgram) {
            refuseForRequest();
        }
        if (stdin != null && isStandardInput(stdin) && isStandardInput(file)) {
            throw new ParameterException(spec.commandLine(), "standard input holds the program: --stdin needs a file");
        }
        for (Path read : stdin == null ? List.of(file) : List.of(file, stdin)) {
            // Whatever it is, a program's standard input may be anything that can be opened.
            if (!new RequestFile(read).isReadable()) {
                System.err.println("cupel: cannot read " + read);
                return ExitCode.WRONG;
            }
        }
        LocalMode.set();
        OutputFormat format = format(isProgram);
        if (format == OutputFormat.text) {
            System.setProperty("quarkus.log.level", "OFF"); // Standard error is the program's.
        }
        Wanted wanted = new Wanted(
                format,
                file,
                isProgram,
                Optional.ofNullable(template),
                Optional.ofNullable(timeout),
                Optional.ofNullable(stdin),
                arguments);
        return QuarkusProcess.run(RunApplication.class, wanted.toArguments());
    }

    private OutputFormat format(boolean isProgram) {
        if (output == null) {
            return raw || isProgram ? OutputFormat.text : OutputFormat.json;
        }
        if (raw && output != OutputFormat.text) {
            throw new ParameterException(spec.commandLine(), "--raw is --output text: it cannot be " + output);
        }
        return output;
    }

    private void refuseForRequest() {
        if (timeout != null || stdin != null || !arguments.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    file + " is a request, which says itself what its timeout, stdin and args are;"
                            + " for a program whose name has no such ending, name its --template");
        }
    }

    private static boolean isStandardInput(Path path) {
        return path.toString().equals("-");
    }
}
