package dev.cupel.request;

import dev.cupel.kubernetes.PerResource;
import dev.cupel.kubernetes.Quantity;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How long a program may run, and how much it may use and print, as far as its request says so.
 *
 * @param timeoutSeconds 1 to 86400
 * @param outputBytes 0 to 4194304, for each stream
 */
public record RunLimits(OptionalInt timeoutSeconds, PerResource<Optional<Quantity>> amounts, OptionalInt outputBytes) {}
