package dev.cupel.cli.template;

import dev.cupel.app.CupelConfig;
import dev.cupel.app.ExitCode;
import dev.cupel.app.OwnTemplates;
import dev.cupel.app.TemplateFolder;
import dev.cupel.cli.common.OutputFormat;
import dev.cupel.cli.common.RequestFile;
import dev.cupel.cli.common.Version;
import dev.cupel.rejection.Rejected;
import dev.cupel.render.Binder;
import dev.cupel.render.JobBuilder;
import dev.cupel.render.Render;
import dev.cupel.render.Renderer;
import dev.cupel.request.JobRequest;
import dev.cupel.strategies.DynamicJob;
import dev.cupel.strategies.Fabric8TypedJob;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.eclipse.microprofile.config.ConfigProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cupel render}. */
@Command(
        name = "render",
        description = "Prints the manifest for a request as YAML.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Examples:",
            "  cupel render request.json | kubectl apply -f -",
            "  cupel render request.json --output json --templates mine/templates"
        })
public final class RenderCommand implements Callable<Integer> {
    /** The three ways to build a Job that the seed note has. */
    enum Strategy {
        template,
        dynamic,
        typed;

        JobBuilder builder() {
            return switch (this) {
                case template -> new Binder();
                case dynamic -> new DynamicJob();
                case typed -> new Fabric8TypedJob();
            };
        }
    }

    @Option(
            names = "--strategy",
            paramLabel = "STRATEGY",
            description = "template, dynamic or typed (default: template).")
    private Strategy strategy = Strategy.template;

    @Option(
            names = "--templates",
            paramLabel = "FOLDER",
            description = "Templates (default: CUPEL_TEMPLATES, or those built in).")
    private Optional<Path> folder = Optional.empty();

    @Option(names = "--output", paramLabel = "FORMAT", description = "yaml or json (default: yaml).")
    private OutputFormat output = OutputFormat.yaml;

    @Parameters(paramLabel = "REQUEST.json", description = "The request; - for standard input.")
    private Path file;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (output == OutputFormat.text) {
            throw new ParameterException(spec.commandLine(), "--output must be yaml or json: a manifest has no text");
        }
        CupelConfig config = new CupelConfig(ConfigProvider.getConfig());
        Optional<OwnTemplates> templates = folder.map(path -> new OwnTemplates(new TemplateFolder(path), false))
                .or(config::templates);
        Optional<String> fault = templates.flatMap(own -> own.folder().fault());
        if (fault.isPresent()) {
            System.err.println("cupel: " + fault.get());
            return ExitCode.WRONG;
        }
        TemplateFiles files = templates.map(OwnTemplates::files).orElseGet(TemplateFiles.BuiltIn::new);
        Render render = new Render(
                new Renderer(new Templates(files, config.executorImage()), strategy.builder(), config.installation()));
        try {
            JobRequest request = JobRequest.decode(new RequestFile(file).read());
            return output.print(render.render(request, RequestFile.context()).manifest())
                    ? ExitCode.OK
                    : ExitCode.FAILED;
        } catch (Rejected e) {
            System.err.println("cupel: rejected: " + e.reason().wireName() + " " + e.field() + ": " + e.text());
            return ExitCode.WRONG;
        } catch (IOException e) {
            System.err.println("cupel: cannot read " + file + ": " + e.getMessage());
            return ExitCode.WRONG;
        }
    }
}
