package dev.cupel.http.door;

import dev.cupel.http.problem.HttpReason;
import dev.cupel.http.problem.HttpRejected;
import dev.cupel.json.Digest;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files of the page for people, out of {@code src/main/resources/page}. They hold nothing of anybody's: whatever
 * the page shows, it asks for by the same calls as everyone. It shows what hostile programs print, so the headers let
 * it load nothing from elsewhere, run no script but its own files, and make no markup out of text.
 */
final class WebPage {
    static final String FOLDER = "/page/";

    private static final String POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "img-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'");

    /** The whole list: nothing else is ever looked for. */
    private static final Map<String, String> TYPES = Map.of(
            "index.html", "text/html;charset=UTF-8",
            "page.css", "text/css;charset=UTF-8",
            "icon.svg", "image/svg+xml",
            "page.js", "text/javascript;charset=UTF-8",
            "server.js", "text/javascript;charset=UTF-8",
            "request.js", "text/javascript;charset=UTF-8",
            "manifest.js", "text/javascript;charset=UTF-8",
            "run.js", "text/javascript;charset=UTF-8",
            "text.js", "text/javascript;charset=UTF-8",
            "result.js", "text/javascript;charset=UTF-8");

    private final Map<String, File> files = new ConcurrentHashMap<>();

    private record File(Buffer bytes, String tag) {}

    /** Answers at {@code /}. */
    void answerIndex(RoutingContext exchange) {
        answer(exchange, "index.html");
    }

    /** Answers below {@link #FOLDER}. */
    void answer(RoutingContext exchange) {
        HttpMethod method = exchange.request().method();
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            throw new HttpRejected(HttpReason.METHOD_NOT_ALLOWED, "not on this path");
        }
        answer(exchange, exchange.normalizedPath().substring(FOLDER.length()));
    }

    private void answer(RoutingContext exchange, String name) {
        String type = TYPES.get(name);
        if (type == null) {
            throw new Rejected(RejectionReason.NOT_FOUND, "", "no such path");
        }
        File file = files.computeIfAbsent(name, WebPage::read);
        HttpServerResponse response = exchange.response()
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                // Asked for each time, and mostly answered 304: another version of Cupel may stand behind the address.
                .putHeader("Cache-Control", "no-cache")
                .putHeader("Vary", "Accept")
                .putHeader("ETag", file.tag());
        if (knows(exchange, file)) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader("Content-Type", type).end(file.bytes());
    }

    private static boolean knows(RoutingContext exchange, File file) {
        String known = exchange.request().getHeader("If-None-Match");
        return known != null
                && Arrays.stream(known.split(",", -1))
                        .map(tag -> tag.strip().replaceFirst("^W/", ""))
                        .anyMatch(file.tag()::equals);
    }

    private static File read(String name) {
        try (InputStream in = WebPage.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("the file " + name + " is not in the jar");
            }
            byte[] bytes = in.readAllBytes();
            return new File(Buffer.buffer(bytes), '"' + Digest.of(bytes).value().replace(":", "-") + '"');
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the file " + name, e);
        }
    }
}
