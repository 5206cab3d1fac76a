package dev.cupel.http.door;

import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Actions for the end of an exchange, answered or not. They may be added from any thread. If the exchange is over
 * already, they run at once.
 */
public final class EndHandlers {
    private static final String KEY = EndHandlers.class.getName();

    private final List<Runnable> ends = new ArrayList<>();
    private boolean over;

    private EndHandlers() {}

    static void prepare(RoutingContext exchange) {
        EndHandlers ends = new EndHandlers();
        exchange.put(KEY, ends);
        exchange.addEndHandler(_ -> ends.run());
    }

    /** Adds an action, which runs once. */
    public static void add(RoutingContext exchange, Runnable end) {
        @Nullable EndHandlers ends = exchange.get(KEY);
        if (ends == null || !ends.keep(end)) {
            end.run();
        }
    }

    private synchronized boolean keep(Runnable end) {
        return !over && ends.add(end);
    }

    private synchronized List<Runnable> end() {
        over = true;
        return ends;
    }

    private void run() {
        end().forEach(Runnable::run);
    }
}
