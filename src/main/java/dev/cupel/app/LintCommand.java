package dev.cupel.app;

import dev.cupel.template.Linter;
import dev.cupel.template.Problem;
import dev.cupel.template.TemplateFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cupel lint}. */
@Command(name = "lint", description = "Checks every template; exits 1 if anything is wrong.")
public final class LintCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "Templates, a folder each (default: templates).")
    private Path folder = Path.of("templates");

    @Override
    public Integer call() {
        if (!Files.isDirectory(folder)) {
            System.err.println("cupel: no folder " + folder + "; name the folder that holds the templates");
            return Cupel.WRONG;
        }
        if (Files.exists(folder.resolve(TemplateFiles.TEMPLATE))) {
            System.err.println("cupel: " + folder + " is a template itself; name the folder that holds it: "
                    + folder.toAbsolutePath().normalize().getParent());
            return Cupel.WRONG;
        }
        TemplateFiles files = new TemplateFiles.Folder(folder);
        if (files.names().isEmpty() && files.misnamed().isEmpty()) {
            System.err.println("cupel: no template in " + folder + "; each is a folder with a template.yaml");
            return Cupel.WRONG;
        }
        List<Problem> problems = new Linter(files).lintAll();
        problems.forEach(problem -> System.out.println(folder.resolve(problem.file()) + problem.where()));
        System.err.println(
                "cupel: " + counted(files.names().size(), "template") + ", " + counted(problems.size(), "problem"));
        return problems.isEmpty() ? Cupel.OK : Cupel.FAILED;
    }

    private static String counted(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
