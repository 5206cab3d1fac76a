package dev.cupel.quarkus;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.transport.Transport;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Java's own sockets, where each new connection is a {@link Connection} first. Quarkus and Vert.x do not see a
 * connection before its first request is there, and would wait for that for ever. Vert.x finds this class as a service
 * ({@code META-INF/services}), because {@code quarkus.vertx.prefer-native-transport} makes it look for one.
 */
public final class ServerTransport implements Transport {
    private static final Transport SOCKETS = JDKTransport.INSTANCE;

    @Override
    public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
        return SOCKETS.eventLoopGroup(type, threads, factory, ioRatio);
    }

    @Override
    public DatagramChannel datagramChannel() {
        return SOCKETS.datagramChannel();
    }

    @Override
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        return SOCKETS.datagramChannel(family);
    }

    @Override
    public @Nullable ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return SOCKETS.channelFactory(domainSocket);
    }

    @Override
    public @Nullable ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return SOCKETS.serverChannelFactory(domainSocket);
    }

    @Override
    public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
        SOCKETS.configure(options, domainSocket, bootstrap);
        bootstrap.handler(new Doorstep(new Connections()));
    }

    /** What a server's own channel reads are the channels of its clients. */
    @Sharable
    private static final class Doorstep extends ChannelInboundHandlerAdapter {
        private final Connections connections;

        Doorstep(Connections connections) {
            this.connections = connections;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Channel client) {
                client.pipeline().addLast(new Connection(connections));
            }
            context.fireChannelRead(message);
        }
    }
}
