package dev.cupel.render;

import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.PerResource;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.policy.Installation;
import dev.cupel.rejection.Pointers;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.request.Case;
import dev.cupel.request.Cases;
import dev.cupel.request.JobRequest;
import dev.cupel.request.Placement;
import dev.cupel.request.Program;
import dev.cupel.request.RequestField;
import dev.cupel.request.RunLimits;
import dev.cupel.request.Seconds;
import dev.cupel.template.Declaration;
import dev.cupel.template.Template;
import dev.cupel.template.Templates;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Holds a request against a template's declaration: defaults filled in, limits checked. */
final class Resolver {
    private final Templates templates;
    private final Template template;
    private final Declaration declaration;
    private final Installation installation;
    private final SupervisorCommand supervisor;

    /** @param templates all that there are: one that takes what this one does not is named */
    Resolver(Templates templates, Template template, Installation installation, SupervisorCommand supervisor) {
        this.templates = templates;
        this.template = template;
        this.installation = installation;
        this.supervisor = supervisor;
        this.declaration = template.declaration();
    }

    /** @throws Rejected with a JSON Pointer to what this template does not give */
    JobValues resolve(JobRequest request, JobName name, String createdAt) {
        refuseUnsupported(request);
        JobValues.Limits limits = limits(request.limits());
        checkCases(request.cases(), limits);
        return new JobValues(
                name,
                request.evalId(),
                createdAt,
                new JobValues.Run(
                        request.program().code(),
                        template.supervised() ? arguments(request, limits) : List.of(),
                        supervisor,
                        request.program().env(),
                        Optional.of(request.cases())
                                .filter(cases -> !cases.isEmpty())
                                .map(Cases::names)),
                limits,
                image(request),
                new Placement(
                        request.placement().queue(),
                        request.placement().priorityClass(),
                        installation
                                .runtimeClasses()
                                .choose(
                                        template.runtimeClass(),
                                        request.placement().runtimeClass())));
    }

    private JobValues.Limits limits(RunLimits asked) {
        return new JobValues.Limits(
                within(asked.timeout(), declaration.timeout(), RequestField.TIMEOUT),
                asked.cpuTimeout(),
                declaration
                        .execution()
                        .flatMap(Declaration.Execution::compileTimeout)
                        .map(span -> within(asked.compileTimeout(), span, RequestField.COMPILE_TIMEOUT)),
                PerResource.of(resource -> amount(resource, asked.amounts().get(resource))),
                asked.outputBytes().orElse(JobRequest.DEFAULT_OUTPUT_LIMIT));
    }

    private List<String> arguments(JobRequest request, JobValues.Limits limits) {
        Declaration.Execution execution = declaration
                .execution()
                .orElseThrow(() -> Rejected.template(
                        new Rejected.Position(
                                template.name().value(),
                                template.tree().mark().line(),
                                template.tree().mark().column()),
                        "__PROGRAM__ needs capture \"exact\" in parameters.yaml"));
        refuseMain(execution, "", request.program().files().keySet());
        List<Case> cases = request.cases().list();
        for (int i = 0; i < cases.size(); i++) {
            refuseMain(execution, Cases.pointer(i), cases.get(i).files().keySet());
        }
        if (execution.run().isEmpty()) {
            refuseNoCommand(request);
        }
        return ProgramArguments.of(request, limits, execution);
    }

    private static void refuseMain(Declaration.Execution execution, String above, Set<String> paths) {
        paths.stream().filter(execution::isTaken).findFirst().ifPresent(path -> {
            throw Rejected.invalid(
                    above + "/files/" + Pointers.escape(path), execution.main() + " is the name of the code itself");
        });
    }

    /** Where the template says no command, args are all of it. */
    private void refuseNoCommand(JobRequest request) {
        String message = "must hold the command: " + named() + " has none of its own";
        List<Case> cases = request.cases().list();
        if (cases.isEmpty() && request.program().args().isEmpty()) {
            throw Rejected.invalid(RequestField.ARGS.pointer(), message);
        }
        for (int i = 0; i < cases.size(); i++) {
            if (cases.get(i).args().orElse(request.program().args()).isEmpty()) {
                throw Rejected.invalid(Cases.pointer(i) + "/args", message);
            }
        }
    }

    private void checkCases(Cases cases, JobValues.Limits limits) {
        for (int i = 0; i < cases.list().size(); i++) {
            Case one = cases.list().get(i);
            if (one.timeout().filter(own -> own.compareTo(limits.timeout()) > 0).isPresent()) {
                throw Rejected.invalid(
                        Cases.pointer(i) + "/timeout",
                        "must be at most the timeout of all cases together, "
                                + limits.timeout().text() + ", was "
                                + one.timeout().get().text());
            }
        }
        Quantity cpu = limits.amounts().get(ContainerResource.CPU);
        BigDecimal processors = cpu.amount().setScale(0, RoundingMode.CEILING);
        if (cases.parallel() > 1 && BigDecimal.valueOf(cases.parallel()).compareTo(processors) > 0) {
            throw Rejected.invalid(
                    RequestField.PARALLEL.pointer(),
                    "must be at most " + processors.toPlainString() + " with a cpu_limit of " + cpu.text() + ", was "
                            + cases.parallel());
        }
    }

    private void refuseUnsupported(JobRequest request) {
        Program program = request.program();
        refuse(RequestField.CPU_TIMEOUT, request.limits().cpuTimeout().isPresent());
        refuse(RequestField.COMPILE_TIMEOUT, request.limits().compileTimeout().isPresent());
        refuse(RequestField.ARGS, !program.args().isEmpty());
        refuse(RequestField.STDIN, !program.stdin().isEmpty());
        refuse(RequestField.FILES, !program.files().isEmpty());
        refuse(RequestField.CASES, !request.cases().isEmpty());
        refuse(RequestField.COLLECT_FILES, !request.collectFiles().isEmpty());
        refuse(RequestField.OUTPUT_LIMIT, request.limits().outputBytes().isPresent());
        refuse(RequestField.ENV, !program.env().isEmpty());
        refuse(RequestField.IMAGE, request.image().isPresent());
        for (ContainerResource resource : ContainerResource.values()) {
            refuse(
                    RequestField.of(resource),
                    request.limits().amounts().get(resource).isPresent());
        }
        refuseOwnEnv("", program.env());
        List<Case> cases = request.cases().list();
        for (int i = 0; i < cases.size(); i++) {
            refuse(RequestField.ENV, Cases.pointer(i), !cases.get(i).env().isEmpty());
            refuseOwnEnv(Cases.pointer(i), cases.get(i).env());
        }
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
                            + " twice) for " + named()
                            + named("; templates without this limit: ", Template::supervised));
        }
    }

    private void refuse(RequestField field, boolean isAsked) {
        refuse(field, "", isAsked);
    }

    private void refuse(RequestField field, String above, boolean isAsked) {
        if (isAsked && !template.takes(field)) {
            throw new Rejected(
                    RejectionReason.UNSUPPORTED_FIELD,
                    above + field.pointer(),
                    "is nothing that " + named() + " takes"
                            + named("; templates that take it: ", other -> other.takes(field)));
        }
    }

    private void refuseOwnEnv(String above, Map<String, String> env) {
        Set<String> own = template.ownEnv().keySet();
        env.keySet().stream().filter(own::contains).findFirst().ifPresent(name -> {
            throw Rejected.invalid(above + "/env/" + name, "is set by " + named() + "; take another name");
        });
    }

    private Seconds within(Optional<Seconds> asked, Declaration.Span span, RequestField field) {
        Seconds seconds = asked.orElse(Seconds.whole(span.preset()));
        if (seconds.compareTo(Seconds.whole(span.max())) > 0) {
            throw Rejected.invalid(
                    field.pointer(),
                    "must be at most " + span.max() + " seconds for " + named() + ", was " + seconds.text()
                            + "; ask for less or take another template");
        }
        return seconds;
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
        if (!installation.images().allow(image)) {
            String preset = request.image().isPresent() ? "" : "the default of " + named() + ", ";
            throw new Rejected(
                    RejectionReason.IMAGE_NOT_ALLOWED,
                    "/image",
                    preset + installation.images().fault(image));
        }
        return image;
    }

    /** The templates that are so, after a start; nothing where there are none. */
    private String named(String start, Predicate<Template> wanted) {
        String names = templates.namesOf(wanted);
        return names.isEmpty() ? "" : start + names;
    }

    private String named() {
        return "template \"" + template.name().value() + "\"";
    }
}
