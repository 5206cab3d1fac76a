package dev.cupel.lint;

import dev.cupel.policy.Installation;
import java.util.Optional;

/**
 * Where the templates are to be used, as far as that is known.
 *
 * @param namespace the one in which Jobs are created
 */
public record Place(Optional<String> namespace, Optional<Installation> installation) {
    /** Nothing is known of it. */
    public static final Place ANY = new Place(Optional.empty(), Optional.empty());
}
