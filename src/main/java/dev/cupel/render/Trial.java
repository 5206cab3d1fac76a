package dev.cupel.render;

import dev.cupel.kubernetes.PerResource;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.request.EvalId;
import dev.cupel.request.JobRequest;
import dev.cupel.request.Placement;
import dev.cupel.request.Seconds;
import dev.cupel.template.Declaration;
import dev.cupel.template.Template;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** Values to try a template with, faulty as it may be: the longest names that there can be, and a list of one where one stands. */
public final class Trial {
    private Trial() {}

    /** With the declaration's defaults. */
    public static JobValues defaults(Template template) {
        return values(template, Declaration.Span::preset, Declaration.Amount::preset);
    }

    /** With the most that the declaration allows. */
    public static JobValues maxima(Template template) {
        return values(template, Declaration.Span::max, Declaration.Amount::max);
    }

    private static JobValues values(
            Template template, ToIntFunction<Declaration.Span> seconds, Function<Declaration.Amount, Quantity> amount) {
        Declaration declaration = template.declaration();
        EvalId longest = new EvalId("x".repeat(EvalId.MAX_LENGTH));
        return new JobValues(
                JobNamer.name(longest, "lint", "lint"),
                longest,
                "2000-01-01T00:00:00Z",
                new JobValues.Run(
                        "pass",
                        List.of("code=pass"),
                        SupervisorCommand.inline(),
                        Map.of("NAME", "value"),
                        Optional.of("1000")),
                new JobValues.Limits(
                        Seconds.whole(seconds.applyAsInt(declaration.timeout())),
                        Optional.empty(),
                        declaration
                                .execution()
                                .flatMap(Declaration.Execution::compileTimeout)
                                .map(span -> Seconds.whole(seconds.applyAsInt(span))),
                        PerResource.of(
                                resource -> amount.apply(declaration.amounts().get(resource))),
                        JobRequest.DEFAULT_OUTPUT_LIMIT),
                declaration.image(),
                new Placement(Optional.empty(), Optional.empty(), template.runtimeClass()));
    }
}
