package dev.cupel.submit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.policy.Installation;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.template.Templates;

/** What this installation lets a Job run: what its settings allow, and an image that a template here allows too. */
public record Allowed(Templates templates, Installation installation) {
    private static final String IMAGE = "/spec/template/spec/containers/0/image";

    /** @throws Rejected with the path of what is not allowed */
    void check(JsonNode manifest) {
        installation.check(manifest);
        String image = manifest.at(IMAGE).asText();
        if (!templates.allowImage(image)) {
            throw new Rejected(
                    RejectionReason.IMAGE_NOT_ALLOWED,
                    "/manifest" + IMAGE,
                    Quoted.of(image) + " matches none of the images that a template here allows");
        }
    }
}
