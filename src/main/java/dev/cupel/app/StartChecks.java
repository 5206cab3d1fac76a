package dev.cupel.app;

import dev.cupel.http.door.Role;
import dev.cupel.lint.Linter;
import dev.cupel.policy.RuntimeClasses;
import dev.cupel.template.Problem;
import dev.cupel.template.TemplateFiles;
import java.util.List;
import java.util.Optional;

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
            StartFault.raise(machine(System.getProperty("os.name")).stream().toList());
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

    private List<String> templates() {
        if (config.templates().isEmpty()) {
            return config.namespace().equals(BUILT_IN) ? List.of() : builtIn();
        }
        TemplateFolder folder = new TemplateFolder(config.templates().get());
        return folder.fault()
                .map(fault -> List.of(Settings.label("cupel.templates") + ": " + fault))
                .orElseGet(() -> folder.problems(installation()));
    }

    private List<String> builtIn() {
        List<Problem> problems = new Linter(new TemplateFiles.BuiltIn(), installation()).lintAll();
        return problems.isEmpty()
                ? List.of()
                : List.of(Settings.label("cupel.namespace") + " is " + config.namespace()
                        + ", and the built-in templates make Jobs in " + BUILT_IN
                        + ": name a folder with templates of your own by CUPEL_TEMPLATES");
    }

    private Linter.Installation installation() {
        // On this machine there are no RuntimeClasses, which is no fault of a template.
        Optional<RuntimeClasses> classes =
                Optional.of(config.knownRuntimeClasses()).filter(_ -> !config.isLocal());
        return new Linter.Installation(Optional.of(config.namespace()), classes);
    }
}
