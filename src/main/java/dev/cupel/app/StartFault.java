package dev.cupel.app;

import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.util.ExceptionUtil;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Something at the start that whoever starts the program can put right: told in a line each, without a stack trace. */
public final class StartFault extends ConfigurationException {
    private static final long serialVersionUID = 1;

    /** SmallRye's words on a value of Quarkus' settings. */
    private static final Pattern ABOUT_A_SETTING = Pattern.compile("SRCFG|Configuration validation failed");

    private StartFault(String message) {
        super(message);
    }

    /** @throws StartFault if there is a problem; then {@link #exit} is called with it */
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

    /** Ends the process, and says why it could not start: Quarkus leaves both to whoever gives it such a handler. */
    public static void exit(int code, @Nullable Throwable thrown) {
        System.exit(thrown == null ? code : told(thrown));
    }

    private static int told(Throwable thrown) {
        Throwable cause = ExceptionUtil.getRootCause(thrown);
        Optional<String> line = line(cause == null ? thrown : cause);
        if (line.isPresent()) {
            System.err.println(line.get());
            return ExitCode.WRONG;
        }
        System.err.println("cupel: the start failed");
        thrown.printStackTrace();
        return ExitCode.FAILED;
    }

    /** What whoever starts it can put right; all else is a fault of ours, and its stack trace of use. */
    static Optional<String> line(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return switch (cause) {
            case StartFault _ -> Optional.of(message);
            case QuarkusBindException bind ->
                Optional.of("cupel: port " + bind.getPort() + " of " + bind.getHost()
                        + " cannot be had: another process may listen there; name another by --port or --host");
            case ConfigurationException _ -> Optional.of("cupel: " + message);
            default ->
                Optional.of("cupel: a setting is wrong: " + message.replaceAll("\\s+", " "))
                        .filter(_ -> ABOUT_A_SETTING.matcher(message).lookingAt());
        };
    }
}
