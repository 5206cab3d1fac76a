package dev.cupel.app;

import dev.cupel.cluster.Fabric8TypedJob;
import dev.cupel.event.JobRequest;
import dev.cupel.event.Rejected;
import dev.cupel.render.Render;
import dev.cupel.template.Binder;
import dev.cupel.template.DynamicJob;
import dev.cupel.template.JobBuilder;
import dev.cupel.template.ManifestYaml;
import dev.cupel.template.Queues;
import dev.cupel.template.Renderer;
import dev.cupel.template.RuntimeClasses;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cupel render}. */
@Command(name = "render", description = "Prints the manifest for a request as YAML.")
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

    @Option(names = "--templates", paramLabel = "FOLDER", description = "Templates (default: those built in).")
    private Optional<Path> folder = Optional.empty();

    @Parameters(paramLabel = "REQUEST.json", description = "The request; - for standard input.")
    private Path file;

    private static RuntimeClasses runtimeClasses() {
        Config config = ConfigProvider.getConfig();
        return new RuntimeClasses(
                Set.copyOf(config.getOptionalValues("cupel.runtime-classes", String.class)
                        .orElse(List.of())),
                config.getOptionalValue("cupel.runtime-class", String.class));
    }

    private static Queues queues() {
        Config config = ConfigProvider.getConfig();
        return new Queues(Set.copyOf(
                config.getOptionalValues("cupel.queues", String.class).orElse(List.of())));
    }

    @Override
    public Integer call() {
        TemplateFiles files =
                folder.<TemplateFiles>map(TemplateFiles.Folder::new).orElseGet(TemplateFiles.BuiltIn::new);
        Optional<String> image = Optional.ofNullable(System.getenv("CUPEL_EXECUTOR_IMAGE"));
        Render render =
                new Render(new Renderer(new Templates(files, image), strategy.builder(), runtimeClasses(), queues()));
        try {
            JobRequest request = JobRequest.decode(new RequestFile(file).read());
            System.out.print(ManifestYaml.write(
                    render.render(request, RequestFile.context()).manifest()));
            return Cupel.OK;
        } catch (Rejected e) {
            System.err.println("cupel: rejected: " + e.reason().wire() + " " + e.field() + ": " + e.text());
            return Cupel.WRONG;
        } catch (IOException e) {
            System.err.println("cupel: cannot read " + file + ": " + e.getMessage());
            return Cupel.WRONG;
        }
    }
}
