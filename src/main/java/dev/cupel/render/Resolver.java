package dev.cupel.render;

import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.PerResource;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.policy.RuntimeClasses;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.request.JobRequest;
import dev.cupel.request.Placement;
import dev.cupel.request.Program;
import dev.cupel.request.RequestField;
import dev.cupel.request.RunLimits;
import dev.cupel.template.Declaration;
import dev.cupel.template.Template;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Holds a request against a template's declaration: defaults filled in, limits checked. */
final class Resolver {
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
        JobValues.Limits limits = limits(request.limits());
        return new JobValues(
                name,
                request.evalId(),
                createdAt,
                new JobValues.Run(
                        request.program().code(),
                        template.supervised() ? ProgramArguments.of(request.program(), limits) : List.of(),
                        template.supervisor(),
                        request.program().env()),
                limits,
                image(request),
                new Placement(
                        request.placement().queue(),
                        runtimeClasses.choose(
                                template.runtimeClass(), request.placement().runtimeClass())));
    }

    private JobValues.Limits limits(RunLimits asked) {
        return new JobValues.Limits(
                timeout(asked),
                PerResource.of(resource -> amount(resource, asked.amounts().get(resource))),
                asked.outputBytes().orElse(JobRequest.DEFAULT_OUTPUT_LIMIT));
    }

    private void refuseUnsupported(JobRequest request) {
        Program program = request.program();
        refuse(RequestField.ARGS, !program.args().isEmpty());
        refuse(RequestField.STDIN, !program.stdin().isEmpty());
        refuse(RequestField.FILES, !program.files().isEmpty());
        refuse(RequestField.OUTPUT_LIMIT, request.limits().outputBytes().isPresent());
        refuse(RequestField.ENV, !program.env().isEmpty());
        refuse(RequestField.IMAGE, request.image().isPresent());
        for (ContainerResource resource : ContainerResource.values()) {
            refuse(
                    RequestField.of(resource),
                    request.limits().amounts().get(resource).isPresent());
        }
        refuseOwnEnv(program);
        if (!template.supervised()) {
            refuseNoArgument(program.code());
        }
    }

    private void refuseNoArgument(String code) {
        if (code.indexOf('\0') >= 0) {
            throw Rejected.invalid("/code", "must not hold NUL: " + named() + " hands it on as an argument");
        }
        if (!ProgramArguments.fits(code)) {
            throw new Rejected(
                    RejectionReason.TOO_LARGE,
                    "/code",
                    "must fit one argument of a process (" + ProgramArguments.MAX_ARGUMENT + " bytes, each $ counting"
                            + " twice) for " + named() + "; take template \"python\"");
        }
    }

    private void refuse(RequestField field, boolean isAsked) {
        if (isAsked && !template.takes(field)) {
            throw new Rejected(
                    RejectionReason.UNSUPPORTED_FIELD,
                    field.pointer(),
                    "is nothing that " + named() + " takes; take template \"python\"");
        }
    }

    private void refuseOwnEnv(Program program) {
        Set<String> own = template.ownEnv();
        program.env().keySet().stream().filter(own::contains).findFirst().ifPresent(name -> {
            throw Rejected.invalid("/env/" + name, "is set by " + named() + "; take another name");
        });
    }

    private int timeout(RunLimits limits) {
        int asked = limits.timeoutSeconds().orElse(declaration.timeout().preset());
        int max = declaration.timeout().max();
        if (asked > max) {
            throw Rejected.invalid(
                    "/timeout",
                    "must be 1 to " + max + " seconds for " + named() + ", was " + asked
                            + "; ask for less or take another template");
        }
        return asked;
    }

    private Quantity amount(ContainerResource resource, Optional<Quantity> asked) {
        Declaration.Amount limits = declaration.amounts().get(resource);
        Quantity amount = asked.orElse(limits.preset());
        if (amount.compareTo(limits.max()) > 0) {
            throw Rejected.invalid(
                    RequestField.of(resource).pointer(),
                    "must be at most " + limits.max().text() + " for " + named() + ", was " + amount.text());
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
