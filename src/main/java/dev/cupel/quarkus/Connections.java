package dev.cupel.quarkus;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * All connections of a server. Their number is limited, and so are the bytes of requests that are still arriving. If
 * there are more, the connection is closed that has been silent for the longest time, in the middle of a request or
 * between two. So clients that hold connections open and ask nothing keep nobody out.
 */
public final class Connections implements Connection.Counter {
    /** SECURITY.md tells of it. */
    public static final int MAX = 1000;

    /** At least three of the largest requests. */
    private static final long MIN_ARRIVING_BYTES = 24L << 20;

    private final long maxArriving =
            Math.max(MIN_ARRIVING_BYTES, Runtime.getRuntime().maxMemory() / 8);
    private final Set<Connection> open = new LinkedHashSet<>();
    private long arriving;

    @Override
    public synchronized void opened(Connection connection) {
        if (open.size() >= MAX) {
            // Where all others are busy, this is one of a thousand that wait, and not the first.
            stalest().orElse(connection).end();
        }
        open.add(connection);
    }

    @Override
    public synchronized void closed(Connection connection) {
        open.remove(connection);
    }

    @Override
    public synchronized void arrived(Connection connection, long bytes) {
        arriving += bytes;
        if (bytes > 0 && arriving > maxArriving) {
            stalest().orElse(connection).end();
        }
    }

    private Optional<Connection> stalest() {
        return open.stream()
                .filter(connection -> !connection.isBusy() && !connection.isEnded())
                .min(Comparator.comparingLong(Connection::lastByte));
    }
}
