package dev.cupel.cluster;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one {@link Cluster}, closed after the last of them, or skips them. */
final class ClusterExtension implements ExecutionCondition, ParameterResolver {
    private static final String NONE = "no cluster: set CUPEL_LAB to the lab's script, or KUBECONFIG";
    private static final AtomicBoolean told = new AtomicBoolean();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (Kubectl.find().isPresent()) {
            return ConditionEvaluationResult.enabled("there is a cluster");
        }
        if (!told.getAndSet(true)) {
            System.out.println("Cluster tests skipped; " + NONE);
        }
        return ConditionEvaluationResult.disabled(NONE);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Cluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(ClusterExtension.class))
                .computeIfAbsent(Cluster.class, _ -> connect(Kubectl.find()), Cluster.class);
    }

    private static Cluster connect(Optional<Kubectl> kubectl) {
        return Cluster.connect(kubectl.orElseThrow());
    }
}
