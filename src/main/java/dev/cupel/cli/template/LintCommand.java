package dev.cupel.cli.template;

import dev.cupel.app.CupelConfig;
import dev.cupel.app.ExitCode;
import dev.cupel.app.TemplateFolder;
import dev.cupel.cli.common.Version;
import dev.cupel.lint.Linter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.eclipse.microprofile.config.ConfigProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cupel lint}. */
@Command(
        name = "lint",
        description = "Checks every template; exits 1 if anything is wrong.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {"", "Example, with your own in the folder mine/templates:", "  cupel lint mine/templates"})
public final class LintCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "Templates, a folder each (default: templates).")
    private Path folder = Path.of("templates");

    @Override
    public Integer call() {
        CupelConfig config = new CupelConfig(ConfigProvider.getConfig());
        TemplateFolder templates = new TemplateFolder(folder);
        Optional<String> fault = templates.fault();
        if (fault.isPresent()) {
            System.err.println("cupel: " + fault.get());
            return ExitCode.WRONG;
        }
        List<String> problems = templates.problems(
                new Linter.Place(Optional.of(config.namespace()), Optional.of(config.installation())));
        problems.forEach(System.out::println);
        System.err.println("cupel: " + counted(templates.files().names().size(), "template") + ", "
                + counted(problems.size(), "problem"));
        return problems.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static String counted(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
