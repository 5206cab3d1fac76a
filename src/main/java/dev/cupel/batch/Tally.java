package dev.cupel.batch;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How many results there are, by outcome and reason. */
public final class Tally {
    static final String REJECTED = "rejected";

    private final Map<Kind, Long> counts = new TreeMap<>();

    private record Kind(String outcome, String reason) implements Comparable<Kind> {
        @Override
        public int compareTo(Kind other) {
            int byOutcome = outcome.compareTo(other.outcome);
            return byOutcome == 0 ? reason.compareTo(other.reason) : byOutcome;
        }
    }

    synchronized void add(String outcome, String reason) {
        counts.merge(new Kind(outcome, reason), 1L, Long::sum);
    }

    synchronized boolean hasRejected() {
        return counts.keySet().stream().anyMatch(kind -> kind.outcome().equals(REJECTED));
    }

    synchronized long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Counts by outcome, in a line. */
    synchronized String line() {
        Map<String, Long> byOutcome = new TreeMap<>();
        counts.forEach((kind, count) -> byOutcome.merge(kind.outcome(), count, Long::sum));
        return byOutcome.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
    }

    /**
     * A table by outcome and reason.
     *
     * @param notTold how many requests have no result
     */
    synchronized String table(long notTold) {
        StringBuilder table = new StringBuilder(row("outcome", "reason", "requests"));
        counts.forEach((kind, count) -> table.append(row(kind.outcome(), kind.reason(), Long.toString(count))));
        if (notTold > 0) {
            table.append(row("not told", "", Long.toString(notTold)));
        }
        return table.append(row("all", "", Long.toString(total() + notTold))).toString();
    }

    private static String row(String outcome, String reason, String requests) {
        return "%-10s  %-20s  %9s%n".formatted(outcome, reason, requests);
    }
}
