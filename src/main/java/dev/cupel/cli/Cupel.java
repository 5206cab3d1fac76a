package dev.cupel.cli;

import dev.cupel.app.ExitCode;
import dev.cupel.app.StartFault;
import dev.cupel.cli.batch.BatchCommand;
import dev.cupel.cli.common.QuarkusProcess;
import dev.cupel.cli.common.Version;
import dev.cupel.cli.completion.CompletionCommand;
import dev.cupel.cli.run.RunCommand;
import dev.cupel.cli.serve.ServeCommand;
import dev.cupel.cli.serve.ServeProcess;
import dev.cupel.cli.server.CancelCommand;
import dev.cupel.cli.server.GetCommand;
import dev.cupel.cli.server.LogsCommand;
import dev.cupel.cli.server.SubmitCommand;
import dev.cupel.cli.template.LintCommand;
import dev.cupel.cli.template.RenderCommand;
import dev.cupel.terminal.Colours;
import dev.cupel.terminal.StandardStream;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program {@code cupel}. */
@QuarkusMain
@Command(
        name = "cupel",
        description = "Runs untrusted programs as Kubernetes Jobs, and gives back exactly what they printed.",
        subcommands = {
            RunCommand.class,
            BatchCommand.class,
            SubmitCommand.class,
            GetCommand.class,
            LogsCommand.class,
            CancelCommand.class,
            RenderCommand.class,
            LintCommand.class,
            ServeCommand.class,
            CompletionCommand.class,
            HelpCommand.class
        },
        footer = {
            "",
            "First steps, on this machine:",
            "  cupel run hello.py                             runs a program",
            "  cupel batch requests.jsonl -o results.jsonl    runs a file of requests",
            "  cupel serve --local                            answers requests over HTTP",
            "",
            "cupel help COMMAND tells more, with examples."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class Cupel implements Runnable {
    @Spec
    private CommandSpec spec;

    /** {@code serve} alone is how a container starts: then no command line is parsed, which saves time. */
    public static void main(String... args) {
        if (args.length == 1 && args[0].equals("serve")) {
            ServeProcess.run();
            return;
        }
        int code = commandLine().execute(args);
        if (code != QuarkusProcess.ENDS_ITSELF) {
            System.exit(code);
        }
    }

    static CommandLine commandLine() {
        return new CommandLine(new Cupel())
                .setColorScheme(colours())
                .setExecutionExceptionHandler((thrown, command, _) -> {
                    if (thrown instanceof UncheckedIOException || thrown instanceof StartFault) {
                        System.err.println(
                                thrown instanceof StartFault ? thrown.getMessage() : "cupel: " + cause(thrown));
                        return ExitCode.WRONG;
                    }
                    throw thrown;
                });
    }

    /** Help goes to stdout, and to stderr where a command was mistyped. */
    private static CommandLine.Help.ColorScheme colours() {
        boolean areOn = Colours.of(StandardStream.OUTPUT, StandardStream.ERROR).areOn();
        return CommandLine.Help.defaultColorScheme(areOn ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF);
    }

    private static String cause(Exception thrown) {
        @Nullable Throwable cause = thrown.getCause();
        return thrown.getMessage() + (cause == null ? "" : ": " + cause.getMessage());
    }

    /** Without a command: how it is used. */
    @Override
    public void run() {
        spec.commandLine().usage(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    }
}
