package dev.cupel.batch;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The results that a file holds already, by the line and the digest of their requests. The digest alone does not do:
 * two lines may be the same. The line alone does not either: lines may have been added or taken out since.
 */
final class Earlier {
    private static final int DIGITS = 32;

    private final Set<Key> left = new HashSet<>();
    private final BitSet done = new BitSet();
    private final Map<String, Integer> moved = new HashMap<>();

    private record Key(long line, String digest) {}

    /** Notes a result; false if there is one of that request already. */
    boolean add(long line, String digest) {
        return left.add(new Key(line, head(digest)));
    }

    /** Notes a request that is there; ask of each once, and before {@link #isDone}. */
    void match(BatchRequest request) {
        if (left.remove(new Key(request.line(), request.digest().hex(DIGITS)))) {
            done.set(Math.toIntExact(request.line()));
        }
    }

    /** Ends the matching: what is left stands at another line now, or nowhere. */
    void matched() {
        left.forEach(key -> moved.merge(key.digest(), 1, Integer::sum));
        left.clear();
    }

    /** Whether a request has its result; ask of each once. */
    boolean isDone(BatchRequest request) {
        return done.get(Math.toIntExact(request.line()))
                || moved.computeIfPresent(request.digest().hex(DIGITS), (_, count) -> count > 0 ? count - 1 : null)
                        != null;
    }

    /** How many results belong to no request; known when all have been asked for. */
    long strangers() {
        return moved.values().stream().mapToLong(Integer::longValue).sum();
    }

    private static String head(String digest) {
        int from = "sha256:".length();
        return digest.substring(from, from + DIGITS);
    }
}
