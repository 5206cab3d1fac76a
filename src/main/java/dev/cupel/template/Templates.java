package dev.cupel.template;

import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.request.JobRequest;
import dev.cupel.request.TemplateName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All templates of this installation. Each is read when it is first used, and then kept. */
public final class Templates {
    private final TemplateFiles files;
    private final Optional<String> executorImage;
    private final Map<TemplateName, Template> read = new ConcurrentHashMap<>();

    /**
     * @param executorImage if the installation sets one: the default image of {@link JobRequest#DEFAULT_TEMPLATE}, and of
     *     the templates that have the same default
     */
    public Templates(TemplateFiles files, Optional<String> executorImage) {
        this.files = files;
        this.executorImage = executorImage;
    }

    public List<TemplateName> names() {
        return files.names();
    }

    public Optional<Template> find(TemplateName name) {
        return files.names().contains(name) ? Optional.of(get(name)) : Optional.empty();
    }

    /** Whether at least one template allows this image. */
    public boolean allowImage(String image) {
        // The default template first: then the others are seldom read.
        return Stream.concat(Stream.of(JobRequest.DEFAULT_TEMPLATE), names().stream())
                .anyMatch(name -> is(name, template -> template.declaration().allows(image)));
    }

    /** The names of those that are so, with commas between; empty where none is. */
    public String namesOf(Predicate<Template> wanted) {
        return names().stream()
                .filter(name -> is(name, wanted))
                .map(TemplateName::value)
                .collect(Collectors.joining(", "));
    }

    private boolean is(TemplateName name, Predicate<Template> wanted) {
        try {
            return wanted.test(get(name));
        } catch (Rejected e) {
            return false; // A faulty template allows nothing.
        }
    }

    /** @throws Rejected {@code UnknownTemplate}, or {@code InvalidTemplate} with the template's first fault */
    public Template get(TemplateName name) {
        Template known = read.get(name);
        if (known != null) {
            return known;
        }
        Template template = load(name);
        read.put(name, template);
        return template;
    }

    private Template load(TemplateName name) {
        if (!files.names().contains(name)) {
            throw new Rejected(
                    RejectionReason.UNKNOWN_TEMPLATE,
                    "/template",
                    "is no template here, was " + Quoted.of(name.value()) + "; there are "
                            + String.join(
                                    ", ",
                                    files.names().stream()
                                            .map(TemplateName::value)
                                            .toList()));
        }
        TemplateReader.Reading reading = new TemplateReader(files).read(name);
        reading.problems().stream().findFirst().ifPresent(problem -> {
            throw Rejected.template(
                    new Rejected.Position(
                            name.value(), problem.mark().line(), problem.mark().column()),
                    problem.file() + ": " + problem.message());
        });
        Template template = reading.template().orElseThrow();
        return executorImage
                .filter(_ -> hasTheDefaultsImage(template))
                .map(template::withImage)
                .orElse(template);
    }

    /** Another language's image is not the one that {@code CUPEL_EXECUTOR_IMAGE} stands for. */
    private boolean hasTheDefaultsImage(Template template) {
        if (template.name().equals(JobRequest.DEFAULT_TEMPLATE)) {
            return true;
        }
        return !files.names().contains(JobRequest.DEFAULT_TEMPLATE)
                || new TemplateReader(files)
                        .read(JobRequest.DEFAULT_TEMPLATE)
                        .template()
                        .filter(preset -> preset.declaration()
                                .image()
                                .equals(template.declaration().image()))
                        .isPresent();
    }
}
