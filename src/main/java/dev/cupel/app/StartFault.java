package dev.cupel.app;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.util.ExceptionUtil;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Something at the start that whoever starts the program can put right: told in a line each, without a stack trace. */
final class StartFault extends ConfigurationException {
    private static final long serialVersionUID = 1;

    private StartFault(String message) {
        super(message);
    }

    /** @throws StartFault if there is a problem; Quarkus then writes its lines to stderr and stops */
    static void raise(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new StartFault(lines(problems));
        }
    }

    static String lines(List<String> problems) {
        return problems.stream()
                .map(problem -> "cupel: " + problem)
                .collect(Collectors.joining(System.lineSeparator()));
    }

    /** How the process ends: by 2 where the start failed for one of these. */
    static void exit(int code, @Nullable Throwable thrown) {
        boolean isFault = Optional.ofNullable(thrown)
                .map(ExceptionUtil::getRootCause)
                .filter(StartFault.class::isInstance)
                .isPresent();
        System.exit(isFault ? ExitCode.WRONG : code);
    }
}
