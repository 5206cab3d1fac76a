package dev.cupel.cli.template;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.app.ClusterConnection;
import dev.cupel.app.CupelConfig;
import dev.cupel.app.ExitCode;
import dev.cupel.app.TemplateFolder;
import dev.cupel.cli.common.Stdout;
import dev.cupel.cli.common.Version;
import dev.cupel.kubernetes.DryRun;
import dev.cupel.lint.ClusterLint;
import dev.cupel.lint.Linter;
import dev.cupel.lint.Place;
import dev.cupel.lint.report.Findings;
import dev.cupel.lint.report.Format;
import dev.cupel.lint.report.JsonReport;
import dev.cupel.lint.report.SarifReport;
import dev.cupel.lint.report.TextReport;
import dev.cupel.rejection.Unavailable;
import dev.cupel.request.TemplateName;
import dev.cupel.template.Diagnostic;
import dev.cupel.terminal.Colours;
import dev.cupel.terminal.StandardStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.eclipse.microprofile.config.ConfigProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cupel lint}. */
@Command(
        name = "lint",
        description = "Checks every template; exits 1 if anything is wrong.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {"", "Example, with your own in the folder mine/templates:", "  cupel lint mine/templates"})
public final class LintCommand implements Callable<Integer> {
    /** The cluster does not answer; the same as of the commands that call a server. */
    private static final int AWAY = 3;

    /** Where a server listens that was told nothing else. */
    private static final String USUAL_ADDRESS = "http://localhost:8080";

    @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "Templates, a folder each (default: templates).")
    private Path folder = Path.of("templates");

    @Option(names = "--output", paramLabel = "FORMAT", description = "text, json or sarif (default: text).")
    private Format output = Format.TEXT;

    @Option(names = "--json", description = "The same as --output json.")
    private boolean json;

    @Option(
            names = "--cluster",
            description = "Also asks the cluster, by a dry run, whether it would take each Job and its Pod.")
    private boolean cluster;

    @Override
    public Integer call() {
        if (json && output == Format.SARIF) {
            say("--json and --output sarif are two forms; take one");
            return ExitCode.WRONG;
        }
        CupelConfig config = new CupelConfig(ConfigProvider.getConfig());
        TemplateFolder templates = new TemplateFolder(folder);
        Optional<String> fault = templates.fault().or(() -> cluster ? ClusterConnection.fault() : Optional.empty());
        if (fault.isPresent()) {
            say(fault.get());
            return ExitCode.WRONG;
        }
        Linter linter = new Linter(
                templates.files(), new Place(Optional.of(config.namespace()), Optional.of(config.installation())));
        List<Diagnostic> found = new ArrayList<>(linter.lintAll());
        Optional<String> away = cluster ? ask(config, templates, found) : Optional.empty();
        Findings findings = new Findings(folder, templates.files().names().size(), found);
        boolean written = print(config, findings);
        say(counted(findings.templates(), "template") + ", " + counted(findings.errors(), "problem")
                + (findings.warnings() == 0 ? "" : ", " + counted(findings.warnings(), "warning")));
        away.ifPresent(reason -> say("--cluster: " + reason));
        if (findings.errors() > 0 || !written) {
            return ExitCode.FAILED;
        }
        return away.isPresent() ? AWAY : ExitCode.OK;
    }

    /** Of what is faulty already no Job can be made. Returns why the cluster could not be asked, if so. */
    private static Optional<String> ask(CupelConfig config, TemplateFolder templates, List<Diagnostic> found) {
        List<TemplateName> sound = templates.files().names().stream()
                .filter(name ->
                        found.stream().noneMatch(problem -> problem.file().startsWith(name.value() + "/")))
                .toList();
        try (DryRun dryRun = ClusterConnection.dryRun(config)) {
            ClusterLint lint =
                    new ClusterLint(templates.files(), config.executorImage(), config.installation(), dryRun);
            sound.forEach(name -> found.addAll(lint.lint(name)));
            return Optional.empty();
        } catch (Unavailable e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } finally {
            found.sort(Linter.IN_ORDER);
        }
    }

    private boolean print(CupelConfig config, Findings findings) {
        return switch (json ? Format.JSON : output) {
            case TEXT -> write(new TextReport(Colours.of(StandardStream.OUTPUT).areOn()).of(findings));
            case JSON -> write(JsonReport.of(findings));
            case SARIF -> {
                String server = config.url().isEmpty() ? USUAL_ADDRESS : config.url();
                yield write(new SarifReport(Path.of(""), server + "/docs", version()).of(findings));
            }
        };
    }

    private static boolean write(JsonNode document) {
        return write(document.toPrettyString() + "\n");
    }

    private static boolean write(String text) {
        return Stdout.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String version() {
        return new Version().getVersion()[0].replace("cupel ", "");
    }

    private static void say(String text) {
        System.err.println("cupel: " + text);
    }

    private static String counted(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
