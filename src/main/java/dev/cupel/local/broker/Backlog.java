package dev.cupel.local.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * The last events that passed through a broker, as many bytes of them as there is room for. Readers take the next one
 * when they can. A slow reader holds up nobody and costs nothing, but misses events that are gone by then.
 */
public final class Backlog {
    private final long maxBytes;
    private final Deque<Passed> passed = new ArrayDeque<>();
    private final List<Runnable> readers = new CopyOnWriteArrayList<>();
    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private long bytes;
    private long last;

    Backlog(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * One event.
     *
     * @param number from 1 on, in the order in which they passed
     * @param type of the event
     * @param json the event in structured mode, in UTF-8, on one line
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Passed(long number, String type, byte[] json) {
        /** The event itself, on one line. */
        public String text() {
            return new String(json, StandardCharsets.UTF_8);
        }
    }

    void add(String type, byte[] json) {
        synchronized (this) {
            last++;
            passed.addLast(new Passed(last, type, json));
            bytes += json.length;
            while (bytes > maxBytes) {
                bytes -= passed.removeFirst().json().length;
            }
        }
        readers.forEach(Runnable::run);
    }

    /** Tells a reader whenever there is something new; from any thread, and must not wait. */
    public AutoCloseable onNew(Runnable reader) {
        readers.add(reader);
        return () -> readers.remove(reader);
    }

    public int readers() {
        return readers.size();
    }

    /** The next event after this number that is wanted; those that are gone are left out. */
    public synchronized Optional<Passed> next(long after, Predicate<String> wantedType) {
        return passed.stream()
                .filter(event -> event.number() > after && wantedType.test(event.type()))
                .findFirst();
    }

    /** The number after which to begin, so that at most so many bytes of the wanted events come first. */
    public synchronized long before(long maxBytesFirst, Predicate<String> wantedType) {
        long first = 0;
        Iterator<Passed> newest = passed.descendingIterator();
        while (newest.hasNext()) {
            Passed event = newest.next();
            first += wantedType.test(event.type()) ? event.json().length : 0;
            if (first > maxBytesFirst) {
                return event.number();
            }
        }
        return 0;
    }

    /** What tells this event from all others, here and in other runs of the program. */
    public String id(Passed event) {
        return run + "-" + event.number();
    }

    /** The number of the event of this id, if it is one of this run. */
    public Optional<Long> number(String id) {
        String prefix = run + "-";
        return id.startsWith(prefix) && id.substring(prefix.length()).matches("[0-9]{1,18}")
                ? Optional.of(Long.parseLong(id.substring(prefix.length())))
                : Optional.empty();
    }
}
