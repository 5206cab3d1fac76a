package dev.cupel.template;

import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.request.TemplateName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The templates at hand, each read when it is first asked for, and then kept. */
public final class Templates {
    private final TemplateFiles files;
    private final Optional<String> executorImage;
    private final Map<TemplateName, Template> read = new ConcurrentHashMap<>();

    /** @param executorImage the default image of every template, where the installation has one of its own */
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

    /** Whether some template here may run this image. */
    public boolean allowImage(String image) {
        return names().stream()
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

    /** @throws Rejected {@code UnknownTemplate}, or {@code InvalidTemplate} with its first fault */
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
        return executorImage.map(template::withImage).orElse(template);
    }
}
