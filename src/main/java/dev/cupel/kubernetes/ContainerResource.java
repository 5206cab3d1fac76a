package dev.cupel.kubernetes;

import dev.cupel.rejection.InvalidValue;
import dev.cupel.rejection.Quoted;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a container is given by a quantity, and the least of it with which one can start. */
public enum ContainerResource {
    /** In bytes. Below this no process starts under Linux; a limit of {@code 512m} is half a byte (kubernetes 79950). */
    MEMORY("4Mi", "Mi", "bytes"),
    /** In cores. Kubernetes knows nothing finer than a thousandth. */
    CPU("1m", "", "cores"),
    /** In bytes: its {@code /tmp}. The code, stdin and files fit (1 MiB), and what an interpreter writes beside them. */
    TMP("4Mi", "Mi", "bytes");

    /** A number that lacks its unit, or has that of cores. */
    private static final Pattern BARE = Pattern.compile("([0-9]{1,9})m?");

    private final String least;
    private final BigDecimal leastAmount;
    private final String usualSuffix;
    private final String unit;

    ContainerResource(String least, String usualSuffix, String unit) {
        this.least = least;
        this.leastAmount = new Quantity(least).amount();
        this.usualSuffix = usualSuffix;
        this.unit = unit;
    }

    public Quantity least() {
        return new Quantity(least);
    }

    /** @throws InvalidValue if it is no quantity, or less than a container can start with */
    public Quantity amount(String text) {
        Quantity amount = new Quantity(text);
        fault(amount).ifPresent(message -> {
            throw new InvalidValue(message);
        });
        return amount;
    }

    /** What is wrong with an amount that is too small, and what may have been meant. */
    public Optional<String> fault(Quantity amount) {
        if (amount.amount().compareTo(leastAmount) >= 0) {
            return Optional.empty();
        }
        return Optional.of("must be at least " + least + ", was " + Quoted.of(amount.text()) + ", which is "
                + plain(amount.amount()) + " " + unit
                + meant(amount)
                        .map(other -> "; did you mean \"" + other + "\"?")
                        .orElse(""));
    }

    private static String plain(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }

    private Optional<String> meant(Quantity amount) {
        Matcher bare = BARE.matcher(amount.text());
        return Optional.of(bare)
                .filter(matcher -> !usualSuffix.isEmpty() && matcher.matches())
                .map(matcher -> matcher.group(1) + usualSuffix)
                .filter(other -> new Quantity(other).amount().compareTo(leastAmount) >= 0);
    }
}
