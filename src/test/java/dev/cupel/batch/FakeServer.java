package dev.cupel.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server that answers what a test says. */
final class FakeServer implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    interface Handler {
        Answer answer(String call, HttpExchange exchange, byte[] body) throws IOException;
    }

    /** @param retryAfter its header; 0 for none */
    record Answer(int status, String body, int retryAfter) {
        static Answer of(int status, String body) {
            return new Answer(status, body, 0);
        }

        /** None: the connection breaks. */
        static final Answer BREAK = new Answer(-1, "", 0);
    }

    FakeServer(Handler handler) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                byte[] body = exchange.getRequestBody().readAllBytes();
                Answer answer =
                        handler.answer(exchange.getRequestMethod() + " " + exchange.getRequestURI(), exchange, body);
                if (answer.status() < 0) {
                    return;
                }
                if (answer.retryAfter() > 0) {
                    exchange.getResponseHeaders().set("Retry-After", Integer.toString(answer.retryAfter()));
                }
                byte[] bytes = answer.body().getBytes(UTF_8);
                exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
