package dev.cupel.app;

import dev.cupel.http.door.Role;
import dev.cupel.lint.Linter;
import dev.cupel.lint.Place;
import dev.cupel.template.Diagnostic;
import dev.cupel.template.TemplateFiles;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether a start makes sense: what is wrong in the settings or templates is told then, and not by every job later. Cheap,
 * since each function is started often: the templates that come with the program were checked at its build.
 */
final class StartChecks {
    /** The namespace of the templates that come with the program. */
    private static final String BUILT_IN = "crucible";

    private final CupelConfig config;

    StartChecks(CupelConfig config) {
        this.config = config;
    }

    /** @throws StartFault a line for each thing that is wrong */
    void run() {
        if (config.isLocal()) {
            StartFault.raise(
                    Stream.of(machine(System.getProperty("os.name")), locale(System.getProperty("sun.jnu.encoding")))
                            .flatMap(Optional::stream)
                            .toList());
        } else {
            StartFault.raise(ClusterConfiguration.fault().stream().toList());
        }
        if (config.role() != Role.COLLECT) {
            StartFault.raise(templates());
        }
    }

    static Optional<String> machine(String system) {
        return system.equals("Linux")
                ? Optional.empty()
                : Optional.of("jobs run on this machine only under Linux, and this is " + system
                        + "; set CUPEL_LOCAL=false and KUBECONFIG for a cluster, or run Cupel in a Linux container");
    }

    /** Java hands arguments to a process by the locale's encoding, with a ? for what that lacks: another program would run. */
    static Optional<String> locale(String encoding) {
        return Charset.forName(encoding).equals(StandardCharsets.UTF_8)
                ? Optional.empty()
                : Optional.of("the locale's encoding is " + encoding
                        + ", in which a program's text may be lost on its way; set LC_ALL=C.UTF-8");
    }

    /** What is wrong with the templates of this installation, a line each. */
    List<String> templates() {
        List<String> own = config.templates()
                .map(OwnTemplates::folder)
                .map(folder -> folder.fault()
                        .map(fault -> List.of(Settings.label("cupel.templates") + ": " + fault))
                        .orElseGet(() -> folder.problems(place())))
                .orElse(List.of());
        boolean hasBuiltIn = config.templates().map(OwnTemplates::besideBuiltIn).orElse(true);
        boolean isElsewhere = hasBuiltIn && !config.namespace().equals(BUILT_IN);
        return Stream.concat(own.stream(), isElsewhere ? builtIn().stream() : Stream.empty())
                .toList();
    }

    private List<String> builtIn() {
        List<Diagnostic> problems = new Linter(new TemplateFiles.BuiltIn(), place()).lintAll();
        return problems.isEmpty()
                ? List.of()
                : List.of(Settings.label("cupel.namespace") + " is " + config.namespace()
                        + ", and the built-in templates make Jobs in " + BUILT_IN
                        + ": name a folder with templates of your own by CUPEL_TEMPLATES");
    }

    private Place place() {
        // On this machine there are no RuntimeClasses, which is no fault of a template.
        return new Place(
                Optional.of(config.namespace()),
                Optional.of(config.installation()).filter(_ -> !config.isLocal()));
    }
}
