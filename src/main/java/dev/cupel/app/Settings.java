package dev.cupel.app;

import dev.cupel.rejection.Quoted;
import dev.cupel.template.Spelling;
import io.quarkus.runtime.configuration.DurationConverter;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Reads settings of Cupel's own from the configuration, wherever they stand in it; gathers what is wrong with them, and what
 * is set under a name that none has.
 */
final class Settings {
    static final String PREFIX = "cupel.";
    private static final String ENV_PREFIX = "CUPEL_";

    /** In each container of a namespace that has a Service named {@code cupel-…}: no setting, and not to be helped. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile(".*_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)");

    /** So near, and a name is a mistake; farther, and it may be somebody else's. */
    private static final int TYPO = 2;

    private final Config config;
    private final Set<String> names = new LinkedHashSet<>();
    private final List<String> problems = new ArrayList<>();

    Settings(Config config) {
        this.config = config;
    }

    /** The names that were asked for. */
    Set<String> names() {
        return names;
    }

    /** A sentence each, without a line break. */
    List<String> problems() {
        return problems;
    }

    /** @param wanted what it must be, as in {@code a whole number from 1 to 64} */
    <T> Optional<T> find(String name, String wanted, Function<String, Optional<T>> parse) {
        Optional<String> text = text(name);
        Optional<T> value = text.flatMap(parse);
        if (text.isPresent() && value.isEmpty()) {
            problems.add(label(name) + " must be " + wanted + ", was " + Quoted.of(text.get()));
        }
        return value;
    }

    /** One that {@code application.properties} gives a default, so that only who empties it leaves it out. */
    <T> T get(String name, String wanted, T standIn, Function<String, Optional<T>> parse) {
        int before = problems.size();
        Optional<T> value = find(name, wanted, parse);
        if (value.isEmpty() && problems.size() == before) {
            problems.add(label(name) + " must be " + wanted + ", and is empty");
        }
        return value.orElse(standIn);
    }

    /** The items of a list, which has commas between; empty if one of them is wrong. */
    static <T> Optional<List<T>> list(String text, Function<String, Optional<T>> parse) {
        List<T> items = new ArrayList<>();
        for (String item : text.split(",", -1)) {
            Optional<T> value = parse.apply(item.strip());
            if (value.isEmpty()) {
                return Optional.empty();
            }
            items.add(value.get());
        }
        return Optional.of(items);
    }

    /** A number of seconds, or of what its unit says, as in {@code 5m}; more than nothing. */
    Duration duration(String name, Duration longest) {
        String wanted = "a time such as 30s, 5m or 1h, more than 0 and at most " + longest.toSeconds() + "s";
        return get(
                name,
                wanted,
                longest,
                text -> duration(text).filter(time -> time.isPositive() && time.compareTo(longest) <= 0));
    }

    private static Optional<Duration> duration(String text) {
        try {
            return Optional.ofNullable(DurationConverter.parseDuration(text));
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private Optional<String> text(String name) {
        names.add(name);
        try {
            return config.getOptionalValue(name, String.class);
        } catch (NoSuchElementException | IllegalArgumentException e) {
            problems.add(label(name) + " cannot be read: " + Quoted.message(String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    /**
     * What is set under a name that was never asked for, nearly one that was: a mistake. Call it last.
     *
     * @return other such names, which are told and no more: they may be somebody else's
     */
    List<String> checkNames() {
        List<String> others = new ArrayList<>();
        for (String name : strangers()) {
            Optional<String> near = names.stream()
                    .filter(known -> Spelling.distance(variable(known), name) <= TYPO)
                    .findFirst();
            near.ifPresentOrElse(
                    known -> problems.add(name + " is no setting; did you mean " + label(known) + "?"),
                    () -> others.add(name + " is no setting of Cupel's, and does nothing"));
        }
        return others;
    }

    /** By the names of environment variables, in which all spellings come to one. */
    private Set<String> strangers() {
        Set<String> known = new TreeSet<>();
        names.forEach(name -> known.add(variable(name)));
        Set<String> strangers = new TreeSet<>();
        for (ConfigSource source : config.getConfigSources()) {
            for (String name : source.getPropertyNames()) {
                if (name.startsWith(ENV_PREFIX) || name.startsWith(PREFIX)) {
                    strangers.add(variable(name));
                }
            }
        }
        strangers.removeAll(known);
        strangers.removeIf(name -> SERVICE_LINK.matcher(name).matches());
        return strangers;
    }

    /** As it stands in an environment, and as it does in a file of properties. */
    static String label(String name) {
        return variable(name) + " (" + name + ")";
    }

    static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
