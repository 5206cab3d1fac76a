package dev.cupel.render;

import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.policy.RuntimeClasses;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.request.JobRequest;
import dev.cupel.template.Declaration;
import dev.cupel.template.Template;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Holds a request against a template's declaration: defaults filled in, limits checked. */
final class Resolver {
    private static final int DEFAULT_OUTPUT_LIMIT = 1 << 20;

    private final Template template;
    private final Declaration declaration;
    private final RuntimeClasses runtimeClasses;

    Resolver(Template template, RuntimeClasses runtimeClasses) {
        this.template = template;
        this.runtimeClasses = runtimeClasses;
        this.declaration = template.declaration();
    }

    /** @throws Rejected with a JSON Pointer to what this template does not give */
    JobValues resolve(JobRequest request, JobName name, String createdAt) {
        refuseUnsupported(request);
        int timeout = timeout(request);
        int outputLimit = request.outputLimitBytes().orElse(DEFAULT_OUTPUT_LIMIT);
        return new JobValues(
                name,
                request.evalId(),
                createdAt,
                timeout,
                image(request),
                amount("/memory_limit", request.memoryLimit(), declaration.memoryLimit()),
                amount("/cpu_limit", request.cpuLimit(), declaration.cpuLimit()),
                request.code(),
                template.supervised() ? ProgramArguments.of(request, timeout, outputLimit) : List.of(),
                template.supervisor(),
                request.env(),
                outputLimit,
                request.queue(),
                runtimeClasses.choose(template.runtimeClass(), request.runtimeClass()));
    }

    private void refuseUnsupported(JobRequest request) {
        if (template.supervised()) {
            refuse("/env", !request.env().isEmpty() && !template.takesEnv());
            refuseOwnEnv(request);
            return;
        }
        refuse("/args", !request.args().isEmpty());
        refuse("/stdin", !request.stdin().isEmpty());
        refuse("/files", !request.files().isEmpty());
        refuse("/output_limit", request.outputLimitBytes().isPresent());
        refuse("/env", !request.env().isEmpty() && !template.takesEnv());
        refuseOwnEnv(request);
        if (request.code().indexOf('\0') >= 0) {
            throw Rejected.invalid("/code", "must not hold NUL: " + named() + " hands it on as an argument");
        }
        if (!ProgramArguments.fits(request.code())) {
            throw new Rejected(
                    RejectionReason.TOO_LARGE,
                    "/code",
                    "must fit one argument of a process (" + ProgramArguments.MAX_ARGUMENT + " bytes, each $ counting"
                            + " twice) for " + named() + "; take template \"python\"");
        }
    }

    private void refuse(String pointer, boolean asked) {
        if (asked) {
            throw new Rejected(
                    RejectionReason.UNSUPPORTED_FIELD,
                    pointer,
                    "is nothing that " + named() + " takes; take template \"python\"");
        }
    }

    private void refuseOwnEnv(JobRequest request) {
        Set<String> own = template.ownEnv();
        request.env().keySet().stream().filter(own::contains).findFirst().ifPresent(name -> {
            throw Rejected.invalid("/env/" + name, "is set by " + named() + "; take another name");
        });
    }

    private int timeout(JobRequest request) {
        int asked = request.timeoutSeconds().orElse(declaration.timeout().preset());
        int max = declaration.timeout().max();
        if (asked > max) {
            throw Rejected.invalid(
                    "/timeout",
                    "must be 1 to " + max + " seconds for " + named() + ", was " + asked
                            + "; ask for less or take another template");
        }
        return asked;
    }

    private Quantity amount(String pointer, Optional<Quantity> asked, Declaration.Amount limits) {
        Quantity amount = asked.orElse(limits.preset());
        if (amount.compareTo(limits.max()) > 0) {
            throw Rejected.invalid(
                    pointer, "must be at most " + limits.max().text() + " for " + named() + ", was " + amount.text());
        }
        return amount;
    }

    private String image(JobRequest request) {
        String image = request.image().orElse(declaration.image());
        if (!declaration.allows(image)) {
            throw new Rejected(
                    RejectionReason.IMAGE_NOT_ALLOWED,
                    "/image",
                    Quoted.of(image) + " matches none of the images that " + named() + " allows: "
                            + String.join(", ", declaration.allowedImages()));
        }
        return image;
    }

    private String named() {
        return "template \"" + template.name().value() + "\"";
    }
}
