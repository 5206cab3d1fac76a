package dev.cupel.telemetry.otel;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** An OpenTelemetry collector that keeps what it gets by OTLP over HTTP, in protobuf. */
public final class OtlpReceiver implements AutoCloseable {
    private final HttpServer server;
    private final List<Told> spans = new CopyOnWriteArrayList<>();
    private final List<Metric> metrics = new CopyOnWriteArrayList<>();

    /** A span, its ids in hexadecimal. */
    public record Told(
            String service,
            String name,
            String trace,
            String id,
            String parent,
            Map<String, String> attributes,
            Span span) {}

    public OtlpReceiver() {
        this(0);
    }

    /** @param port where it listens; 0 for any */
    public OtlpReceiver(int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/traces", exchange -> take(exchange, body -> spans.addAll(spansOf(body))));
        server.createContext("/v1/metrics", exchange -> take(exchange, body -> metrics.addAll(metricsOf(body))));
        server.start();
    }

    /** The spans in what an exporter sends to {@code /v1/traces}. */
    public static List<Told> spansOf(InputStream body) throws IOException {
        return ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().stream()
                .flatMap(resource -> {
                    String service =
                            text(resource.getResource().getAttributesList()).getOrDefault("service.name", "");
                    return resource.getScopeSpansList().stream()
                            .flatMap(scope -> scope.getSpansList().stream())
                            .map(span -> told(service, span));
                })
                .toList();
    }

    /** The metrics in what an exporter sends to {@code /v1/metrics}. */
    public static List<Metric> metricsOf(InputStream body) throws IOException {
        return ExportMetricsServiceRequest.parseFrom(body).getResourceMetricsList().stream()
                .flatMap(resource -> resource.getScopeMetricsList().stream())
                .flatMap(scope -> scope.getMetricsList().stream())
                .toList();
    }

    private interface Body {
        void read(InputStream body) throws IOException;
    }

    private static void take(HttpExchange exchange, Body reader) throws IOException {
        try (exchange) {
            boolean isPacked = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            InputStream body = exchange.getRequestBody();
            reader.read(isPacked ? new GZIPInputStream(body) : body);
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private static Told told(String service, Span span) {
        HexFormat hex = HexFormat.of();
        return new Told(
                service,
                span.getName(),
                hex.formatHex(span.getTraceId().toByteArray()),
                hex.formatHex(span.getSpanId().toByteArray()),
                hex.formatHex(span.getParentSpanId().toByteArray()),
                text(span.getAttributesList()),
                span);
    }

    private static Map<String, String> text(List<KeyValue> attributes) {
        return attributes.stream()
                .collect(Collectors.toMap(
                        KeyValue::getKey, attribute -> attribute.getValue().getStringValue()));
    }

    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Spans by their names, each of which must be there; the first of a name counts. */
    public record Named(Map<String, Told> byName) {
        public Told get(String name) {
            return Objects.requireNonNull(byName.get(name), name);
        }
    }

    public Named named(String trace) {
        return new Named(
                trace(trace).stream().collect(Collectors.toMap(Told::name, span -> span, (first, _) -> first)));
    }

    /** The spans of a trace so far. */
    public List<Told> trace(String id) {
        return spans.stream().filter(span -> span.trace().equals(id)).toList();
    }

    public List<Told> spans() {
        return List.copyOf(spans);
    }

    public List<Metric> metrics() {
        return List.copyOf(metrics);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
