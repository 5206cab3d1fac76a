package dev.cupel.programs;

import java.util.List;
import java.util.stream.Stream;

/** The table. */
public final class Programs {
    private Programs() {}

    public static List<Program> on(Place place) {
        return Stream.of(harmless(), Attacks.all())
                .flatMap(List::stream)
                .filter(program -> program.runsOn(place))
                .toList();
    }

    /** Those that do nothing to others, even where nothing keeps them from it. */
    static List<Program> harmless() {
        return Stream.of(Endings.all(), Outputs.all(), Inputs.all())
                .flatMap(List::stream)
                .toList();
    }
}
