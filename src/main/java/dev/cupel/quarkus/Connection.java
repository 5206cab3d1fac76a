package dev.cupel.quarkus;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection, from before its first byte. It is busy while a request that has arrived completely is being
 * answered. Else a request is arriving, which has a time limit, or there is none. A busy connection is closed, too, if
 * its client does not read the answer. Only its own event loop calls its methods, except {@link #isBusy},
 * {@link #lastByte} and {@link #end}.
 */
public final class Connection extends ChannelInboundHandlerAdapter {
    /** From the first byte of a request, or from the connection's beginning, until that request is there. */
    public static final Duration ARRIVAL = Duration.ofSeconds(30);

    /** A longer request has more time: 8 MiB have a minute. */
    static final int BYTES_A_SECOND = 256 * 1024;

    /** How long a client may read nothing, or almost nothing, of an answer that is ready. */
    static final Duration TAKING = Duration.ofSeconds(30);

    private static final int TAKEN_BYTES = 32 * 1024;
    private static final long NONE = Long.MIN_VALUE;

    private static final ChannelFutureListener CLOSED = _ -> {};

    /** Counts connections, and the bytes that they hold. */
    interface Counter {
        void opened(Connection connection);

        void closed(Connection connection);

        /** More bytes of a request are here; below zero, they are gone. */
        void arrived(Connection connection, long bytes);
    }

    private final Counter counter;
    private @Nullable Channel channel;
    private @Nullable Future<?> checks;
    private long since = NONE;
    private long bytes;
    private long unwritableSince = NONE;
    private long untaken;
    private volatile boolean busy;
    private volatile boolean ended;
    private volatile long lastByte = System.nanoTime();

    Connection(Counter counter) {
        this.counter = counter;
    }

    /** Empty where a server was not made by {@link ServerTransport}, as in tests. */
    public static Optional<Connection> of(RoutingContext exchange) {
        return exchange.request().connection() instanceof ConnectionBase connection
                ? Optional.ofNullable(connection.channel().pipeline().get(Connection.class))
                : Optional.empty();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel = context.channel();
        since = System.nanoTime();
        checks = context.executor().scheduleWithFixedDelay(this::check, 1, 1, TimeUnit.SECONDS);
        counter.opened(this);
        context.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (checks != null) {
            checks.cancel(false);
        }
        forget();
        counter.closed(this);
        context.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf read) {
            lastByte = System.nanoTime();
            if (!busy) {
                since = since == NONE ? lastByte : since;
                bytes += read.readableBytes();
                counter.arrived(this, read.readableBytes());
            }
        }
        context.fireChannelRead(message);
    }

    /** The request has come whole. Its bytes count until they are {@link #forget forgotten}. */
    public void answering() {
        busy = true;
        since = NONE;
    }

    /** The bytes of the request are no longer held, or are counted elsewhere. */
    public void forget() {
        counter.arrived(this, -bytes);
        bytes = 0;
    }

    /** The same from any thread. */
    public void forgetSoon() {
        if (channel != null) {
            channel.eventLoop().execute(this::forget);
        }
    }

    /** The answer is out; whatever comes now is another request. */
    public void answered() {
        forget();
        lastByte = System.nanoTime();
        busy = false;
    }

    boolean isBusy() {
        return busy;
    }

    boolean isEnded() {
        return ended;
    }

    /** When the client was last heard of, by {@link System#nanoTime}. */
    long lastByte() {
        return lastByte;
    }

    void end() {
        ended = true;
        if (channel != null) {
            channel.close().addListener(CLOSED);
        }
    }

    private void check() {
        long now = System.nanoTime();
        if (!busy && since != NONE && now - since > ARRIVAL.toNanos() + bytes * 1_000_000_000L / BYTES_A_SECOND) {
            end();
        }
        if (channel != null && busy && !channel.isWritable()) {
            checkTaking(channel.bytesBeforeWritable(), now);
        } else {
            unwritableSince = NONE;
        }
    }

    /** In each period, a part of the answer must have gone out. */
    private void checkTaking(long pending, long now) {
        if (unwritableSince == NONE || pending <= untaken - TAKEN_BYTES) {
            unwritableSince = now;
            untaken = pending;
        } else if (now - unwritableSince > TAKING.toNanos()) {
            end();
        }
    }
}
