package dev.cupel.submit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.policy.CarriedSupervisor;
import dev.cupel.policy.Queues;
import dev.cupel.policy.RuntimeClasses;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.template.Templates;
import java.util.Optional;

/**
 * What this installation lets a Job run: images that a template here allows, under RuntimeClasses and in queues that
 * are listed.
 *
 * @param supervisor what may bring the supervisor along
 */
public record Allowed(
        Templates templates, RuntimeClasses runtimeClasses, Queues queues, Optional<CarriedSupervisor> supervisor) {
    private static final String IMAGE = "/spec/template/spec/containers/0/image";

    /** No Job may name a queue, or carry a supervisor. */
    public Allowed(Templates templates, RuntimeClasses runtimeClasses) {
        this(templates, runtimeClasses, Queues.none(), Optional.empty());
    }

    /** @throws Rejected with the path of what is not allowed */
    void check(JsonNode manifest) {
        runtimeClasses.check(manifest);
        queues.check(manifest);
        CarriedSupervisor.check(manifest, supervisor);
        String image = manifest.at(IMAGE).asText();
        if (!templates.allowImage(image)) {
            throw new Rejected(
                    RejectionReason.IMAGE_NOT_ALLOWED,
                    "/manifest" + IMAGE,
                    Quoted.of(image) + " matches none of the images that a template here allows");
        }
    }
}
