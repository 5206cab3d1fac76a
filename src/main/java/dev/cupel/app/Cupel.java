package dev.cupel.app;

import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program {@code cupel}. */
@QuarkusMain
@Command(
        name = "cupel",
        description = "Untrusted programs as Kubernetes Jobs, and what they printed back exactly.",
        subcommands = {RunCommand.class, RenderCommand.class, LintCommand.class, ServeCommand.class},
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class Cupel implements Runnable {
    /** Success, the program or a template failed, and what was asked is wrong. */
    static final int OK = 0;

    static final int FAILED = 1;
    static final int WRONG = 2;

    /** Without arguments it serves, as in a container: then no command line is parsed, which saves time at start. */
    public static void main(String... args) {
        if (args.length == 0) {
            ServeCommand.serve();
            return;
        }
        int code = new CommandLine(new Cupel()).execute(args);
        if (code != ServeCommand.ENDS_ITSELF) {
            System.exit(code);
        }
    }

    @Override
    public void run() {
        ServeCommand.serve();
    }
}
