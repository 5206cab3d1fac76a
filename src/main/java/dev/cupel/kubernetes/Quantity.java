package dev.cupel.kubernetes;

import dev.cupel.rejection.InvalidValue;
import dev.cupel.rejection.Quoted;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Kubernetes quantity, kept as it was written: {@code 500m}, {@code 256Mi}, {@code 1.5}, {@code 1e3}
 * (apimachinery, {@code pkg/api/resource/quantity.go}). Two are compared by what they amount to.
 */
public final class Quantity implements Comparable<Quantity> {
    private static final Pattern FORM = Pattern.compile(
            "\\+?([0-9]{1,19}(?:\\.[0-9]{0,9})?|\\.[0-9]{1,9})(n|u|m|k|M|G|T|P|E|[KMGTPE]i|[eE][-+]?[0-9]{1,2})?");
    private static final Map<String, Integer> DECIMAL =
            Map.of("n", -9, "u", -6, "m", -3, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);
    private static final String BINARY = "KMGTPE";
    private static final Pattern EXPONENT = Pattern.compile("[eE][-+]?[0-9]");
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);
    private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    private final String text;
    private final BigDecimal amount;

    /** @throws InvalidValue if it is none */
    public Quantity(String text) {
        this.text = text;
        this.amount = amount(text);
        if (amount.signum() <= 0 || amount.compareTo(MAX) > 0) {
            throw new InvalidValue("must be above zero and below 2^63, was " + Quoted.of(text));
        }
    }

    /** What every quantity looks like, as a regular expression. */
    public static String form() {
        return FORM.pattern();
    }

    /** The quantity that this text is, if it is one. */
    public static Optional<Quantity> find(String text) {
        try {
            return Optional.of(new Quantity(text));
        } catch (InvalidValue e) {
            return Optional.empty();
        }
    }

    public String text() {
        return text;
    }

    /** What it amounts to, in bytes or cores. */
    public BigDecimal amount() {
        return amount;
    }

    @Override
    public int compareTo(Quantity other) {
        return amount.compareTo(other.amount);
    }

    /** The same amount, however it is written: the API server writes {@code 0.5} as {@code 500m}. */
    public boolean amountsTo(Quantity other) {
        return compareTo(other) == 0;
    }

    /**
     * The same amount as the API server stores a container's resources: {@code 0.5} as {@code 500m}, {@code 1024Mi} as
     * {@code 1Gi} ({@code CanonicalizeBytes}), and rounded up to thousandths ({@code SetDefaults_ResourceList}). What is
     * written so is stored as it was sent.
     */
    public Quantity canonical() {
        BigDecimal rounded = amount.setScale(Math.min(amount.scale(), 3), RoundingMode.CEILING);
        BigDecimal stripped = rounded.stripTrailingZeros();
        if (text.endsWith("i") && stripped.scale() <= 0 && rounded.compareTo(KIBI) >= 0) {
            return new Quantity(binary(rounded.toBigIntegerExact()));
        }
        return new Quantity(decimal(stripped));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Quantity quantity && text.equals(quantity.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    private static String binary(BigInteger amount) {
        BigInteger number = amount;
        int power = 0;
        BigInteger[] divided = number.divideAndRemainder(KIBI.toBigInteger());
        while (divided[1].signum() == 0) {
            number = divided[0];
            power++;
            divided = number.divideAndRemainder(KIBI.toBigInteger());
        }
        return power == 0 ? number.toString() : number.toString() + BINARY.charAt(power - 1) + "i";
    }

    private String decimal(BigDecimal amount) {
        int power = Math.floorDiv(-amount.scale(), 3) * 3;
        String number = amount.scaleByPowerOfTen(-power).toBigIntegerExact().toString();
        if (power == 0) {
            return number;
        }
        return EXPONENT.matcher(text).find() ? number + "e" + power : number + suffix(power);
    }

    private static String suffix(int power) {
        return DECIMAL.entrySet().stream()
                .filter(entry -> entry.getValue() == power)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private static BigDecimal amount(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidValue(
                    "must be a Kubernetes quantity such as \"500m\" or \"256Mi\", was " + Quoted.of(text));
        }
        BigDecimal number = new BigDecimal(matcher.group(1));
        String suffix = matcher.group(2);
        if (suffix == null) {
            return number;
        }
        if (suffix.endsWith("i")) {
            return number.multiply(BigDecimal.valueOf(1L << (10 * (BINARY.indexOf(suffix.charAt(0)) + 1))));
        }
        Integer power = DECIMAL.get(suffix);
        return number.scaleByPowerOfTen(power == null ? Integer.parseInt(suffix.substring(1)) : power);
    }
}
