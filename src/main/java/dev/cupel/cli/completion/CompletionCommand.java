package dev.cupel.cli.completion;

import dev.cupel.app.ExitCode;
import dev.cupel.cli.common.Stdout;
import dev.cupel.cli.common.Version;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cupel completion}. */
@Command(
        name = "completion",
        description = "Prints what makes a shell complete cupel's commands and options.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "For this session, and for all (in ~/.bashrc or ~/.zshrc):",
            "  source <(cupel completion bash)",
            "  source <(cupel completion zsh)",
            "fish reads a file at each start:",
            "  cupel completion fish > ~/.config/fish/completions/cupel.fish"
        })
public final class CompletionCommand implements Callable<Integer> {
    /** The names are what a user types. */
    enum Shell {
        bash,
        zsh,
        fish
    }

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
    private Shell shell;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine all = spec.root().commandLine();
        String script = switch (shell) {
            // zsh reads bash's, which loads what it needs for that.
            case bash, zsh -> AutoComplete.bash(all.getCommandName(), all);
            case fish -> new FishCompletion(all).script();
        };
        return Stdout.write(script.getBytes(StandardCharsets.UTF_8)) ? ExitCode.OK : ExitCode.FAILED;
    }
}
