package dev.cupel.request;

import dev.cupel.json.Fields;
import java.math.BigDecimal;
import java.util.Optional;

/** A length of time as a request says it: seconds with at most three decimals, held as thousandths. */
public record Seconds(long millis) implements Comparable<Seconds> {
    /** How many decimals it may have. */
    public static final int DECIMALS = 3;

    /** Whole seconds, as a template says them. */
    public static Seconds whole(long seconds) {
        return new Seconds(Math.multiplyExact(seconds, 1000L));
    }

    /** As a field of JSON has it, if it is there: within the field's limits. */
    static Optional<Seconds> find(Fields fields, RequestField field) {
        return fields.findDecimal(
                        field.wireName(),
                        DECIMALS,
                        BigDecimal.valueOf(field.min(), DECIMALS),
                        BigDecimal.valueOf(field.max(), DECIMALS))
                .map(seconds -> new Seconds(seconds.movePointRight(DECIMALS).longValueExact()));
    }

    public Seconds plus(Seconds other) {
        return new Seconds(Math.addExact(millis, other.millis));
    }

    /** The least whole number of seconds that is not less: what Kubernetes can be told. */
    public long roundedUp() {
        return Math.ceilDiv(millis, 1000L);
    }

    /** In its one form: {@code 30}, {@code 0.5}. */
    public String text() {
        return BigDecimal.valueOf(millis, DECIMALS).stripTrailingZeros().toPlainString();
    }

    @Override
    public int compareTo(Seconds other) {
        return Long.compare(millis, other.millis);
    }
}
