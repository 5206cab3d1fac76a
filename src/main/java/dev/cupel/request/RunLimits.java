package dev.cupel.request;

import dev.cupel.kubernetes.PerResource;
import dev.cupel.kubernetes.Quantity;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How long a program may run, and how much it may use and print, as far as its request says so.
 *
 * @param timeout of the program or, where it has cases, of all of them
 * @param cpuTimeout processor time of the program or of each case
 * @param compileTimeout of the compiler
 * @param outputBytes 0 to 4194304, for each stream
 */
public record RunLimits(
        Optional<Seconds> timeout,
        Optional<Seconds> cpuTimeout,
        Optional<Seconds> compileTimeout,
        PerResource<Optional<Quantity>> amounts,
        OptionalInt outputBytes) {}
