package dev.cupel.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.kubernetes.JobPointers;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The RuntimeClasses that Jobs may run under here: a template, or a request, may name one of {@code allowed}; where
 * neither does, it is {@code preset}, if there is one. With a preset no Job runs under the cluster's own default.
 */
public record RuntimeClasses(Set<String> allowed, Optional<String> preset) {
    public RuntimeClasses {
        Set<String> all = new TreeSet<>(allowed);
        preset.ifPresent(all::add);
        allowed = Set.copyOf(all);
    }

    /** No Job may name one. */
    public static RuntimeClasses none() {
        return new RuntimeClasses(Set.of(), Optional.empty());
    }

    /**
     * The one for a Job.
     *
     * @param own the template's, which a request cannot change
     * @throws Rejected if it is not allowed
     */
    public Optional<String> choose(Optional<String> own, Optional<String> asked) {
        if (own.isPresent() && asked.isPresent() && !own.equals(asked)) {
            throw Rejected.invalid("/runtime_class", "is " + Quoted.of(own.get()) + " by the template");
        }
        Optional<String> chosen = own.or(() -> asked).or(() -> preset);
        fault(chosen).ifPresent(message -> {
            throw Rejected.invalid("/runtime_class", message);
        });
        return chosen;
    }

    /** What is wrong with naming this one, or none. */
    public Optional<String> fault(Optional<String> named) {
        return Listed.fault(named, allowed, "allowed");
    }

    /** @throws Rejected {@code NotHardened} if a manifest names one that is not allowed, or none where one must be */
    public void check(JsonNode job) {
        JsonNode name = job.at(JobPointers.RUNTIME_CLASS);
        if (name.isMissingNode() && preset.isPresent()) {
            throw notHardened("is required: no Job runs under the cluster's default here");
        }
        fault(Optional.of(name).filter(there -> !there.isMissingNode()).map(JsonNode::asText))
                .ifPresent(message -> {
                    throw notHardened(message);
                });
    }

    private static Rejected notHardened(String message) {
        return new Rejected(RejectionReason.NOT_HARDENED, "/manifest" + JobPointers.RUNTIME_CLASS, message);
    }
}
