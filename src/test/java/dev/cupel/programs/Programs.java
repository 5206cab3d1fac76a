package dev.cupel.programs;

import java.util.List;
import java.util.stream.Stream;

/** The table. */
public final class Programs {
    private Programs() {}

    public static List<Program> on(Place place) {
        return Stream.of(Endings.all(), Outputs.all(), Inputs.all(), Attacks.all())
                .flatMap(List::stream)
                .filter(program -> program.runsOn(place))
                .toList();
    }
}
