package dev.cupel.quarkus;

import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.HttpBinding;
import dev.cupel.json.CanonicalJson;
import dev.cupel.rejection.Unavailable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends events to a broker, by the event loops that the program has anyway. */
public final class BrokerClient {
    /** A broker in memory answers when the whole chain behind an event is done. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final Duration TO_CONNECT = Duration.ofSeconds(2);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

    private final HttpClient client;
    private final String address;
    private final Duration timeout;

    public BrokerClient(Vertx vertx, URI address) {
        this(vertx, address, TIMEOUT);
    }

    BrokerClient(Vertx vertx, URI address, Duration timeout) {
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout(Math.toIntExact(TO_CONNECT.toMillis()))
                .setKeepAliveTimeout(Math.toIntExact(KEEP_ALIVE.toSeconds())));
        this.address = address.toString();
        this.timeout = timeout;
    }

    /** @throws Unavailable if the broker did not say that it has the event; perhaps it has */
    public void send(Event event) {
        RequestOptions to = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(address)
                .setTimeout(timeout.toMillis())
                .putHeader("Content-Type", "application/json");
        HttpBinding.encode(event.context()).forEach(to::putHeader);
        byte[] body = CanonicalJson.compact(event.data());
        Future<Integer> status = client.request(to)
                .compose(request -> request.send(Buffer.buffer(body)))
                .compose(BrokerClient::drained);
        int answered = await(status);
        if (answered < 200 || answered > 299) {
            throw new Unavailable("the broker answered " + answered);
        }
    }

    private static Future<Integer> drained(HttpClientResponse answer) {
        return answer.end().map(answer.statusCode());
    }

    private int await(Future<Integer> status) {
        try {
            // The client's own time-out ends a request that is quiet, and none whose answer comes byte by byte.
            return status.toCompletionStage().toCompletableFuture().get(2 * timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new Unavailable("the broker did not answer within " + timeout.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new Unavailable("the broker cannot be reached: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("interrupted while waiting for the broker", e);
        }
    }
}
