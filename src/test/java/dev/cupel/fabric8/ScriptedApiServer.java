package dev.cupel.fabric8;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cupel.json.CanonicalJson;
import dev.cupel.json.StrictJson;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.ScriptedCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** A {@link ScriptedCluster} as a Kubernetes API server shows it: what the client of Jobs asks for, on loopback. */
final class ScriptedApiServer implements AutoCloseable {
    private static final String JOBS = "/apis/batch/v1/namespaces/crucible/jobs";
    private static final String PODS = "/api/v1/namespaces/crucible/pods";

    private final ScriptedCluster cluster = new ScriptedCluster();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean stopped;

    /** Jobs that went, in their order; a version is how many had gone. */
    private final List<String> gone = new CopyOnWriteArrayList<>();

    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

    /** @param body what is written, byte for byte */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Answer(int status, byte[] body) {
        static Answer of(JsonNode body) {
            return new Answer(200, CanonicalJson.compact(body));
        }

        static Answer failed(int status, String reason) {
            ObjectNode body =
                    JsonNodeFactory.instance.objectNode().put("kind", "Status").put("reason", reason);
            return new Answer(status, CanonicalJson.compact(body.put("message", reason)));
        }

        static Answer changed(boolean found) {
            return found ? of(JsonNodeFactory.instance.objectNode()) : failed(404, "NotFound");
        }
    }

    ScriptedApiServer() throws IOException {
        server.createContext(JOBS, exchange -> answer(exchange, this::ofJobs));
        server.createContext(PODS, exchange -> answer(exchange, this::ofPods));
        cluster.watchEnds(new JobApi.EndListener() {
            @Override
            public void mayBeOver(JobName name) {
                gone.add(name.value());
            }

            @Override
            public void begins() {}
        });
        server.setExecutor(threads);
        server.start();
    }

    /** With a slash at its end. */
    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    @Override
    public void close() {
        stopped = true;
        server.stop(0);
        threads.close();
    }

    private interface Calls {
        /** @param name what follows the collection's path and a slash, or nothing */
        Answer of(HttpExchange exchange, String name) throws IOException;
    }

    private void answer(HttpExchange exchange, Calls calls) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String below = path.substring(exchange.getHttpContext().getPath().length());
            if (String.valueOf(exchange.getRequestURI().getQuery()).contains("watch=true")) {
                watch(exchange);
                return;
            }
            Answer answer = calls.of(exchange, below.isEmpty() ? "" : below.substring(1));
            exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        }
    }

    private Answer ofJobs(HttpExchange exchange, String name) throws IOException {
        return switch (exchange.getRequestMethod() + (name.isEmpty() ? " all" : " one")) {
            case "POST all" ->
                switch (cluster.create(body(exchange, "application/json"))) {
                    case JobApi.CreateAnswer.Created created -> Answer.of(created.job());
                    case JobApi.CreateAnswer.NameTaken _ -> Answer.failed(409, "AlreadyExists");
                    case JobApi.CreateAnswer.Refused _ -> Answer.failed(422, "Invalid");
                };
            case "GET all" -> table(query(exchange));
            case "GET one" -> cluster.findJob(new JobName(name)).map(Answer::of).orElse(Answer.failed(404, "NotFound"));
            case "PATCH one" -> Answer.changed(cluster.patchJob(new JobName(name), patch(exchange)));
            case "DELETE one" -> Answer.changed(cluster.deleteJob(new JobName(name)));
            default -> Answer.failed(405, "MethodNotAllowed");
        };
    }

    private Answer ofPods(HttpExchange exchange, String name) throws IOException {
        return switch (exchange.getRequestMethod() + (name.isEmpty() ? " all" : " one")) {
            case "GET all" -> {
                ObjectNode list = JsonNodeFactory.instance.objectNode();
                String selector = String.valueOf(query(exchange).get("labelSelector"));
                var items = list.putArray("items");
                if (selector.contains("=")) {
                    items.addAll(cluster.listPods(
                            new JobName(selector.replaceFirst("^" + JobApi.JOB_NAME_LABEL + "=", ""))));
                }
                yield Answer.of(standing(list));
            }
            case "GET one" ->
                cluster.readLog(name.replaceFirst("/log$", ""))
                        .map(log -> new Answer(200, log))
                        .orElse(Answer.failed(404, "NotFound"));
            case "PATCH one" -> Answer.changed(cluster.patchPod(name, patch(exchange)));
            default -> Answer.failed(405, "MethodNotAllowed");
        };
    }

    /** Of Jobs that are gone, until the client is. */
    private void watch(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().flush();
        int next = Integer.parseInt(String.valueOf(query(exchange).get("resourceVersion")));
        try {
            for (; !stopped; Thread.sleep(10)) {
                for (; next < gone.size() && exchange.getHttpContext().getPath().equals(JOBS); next++) {
                    String change = "{\"type\":\"DELETED\",\"object\":{\"kind\":\"Table\","
                            + "\"metadata\":{\"resourceVersion\":\"" + (next + 1) + "\"},\"rows\":[{\"cells\":[],"
                            + "\"object\":{\"metadata\":{\"name\":\"" + gone.get(next) + "\"}}}]}}\n";
                    exchange.getResponseBody().write(change.getBytes(UTF_8));
                    exchange.getResponseBody().flush();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ObjectNode standing(ObjectNode list) {
        list.withObjectProperty("metadata").put("resourceVersion", String.valueOf(gone.size()));
        return list;
    }

    /** A page of Jobs, as a table: of the unsettled ones, or of those with some labels. */
    private Answer table(Map<String, String> query) {
        int limit = Integer.parseInt(String.valueOf(query.get("limit")));
        Optional<String> after = Optional.ofNullable(query.get("continue"));
        String selector = String.valueOf(query.get("labelSelector"));
        JobApi.Page page = selector.endsWith(",!cupel.dev/settled")
                ? cluster.listUnsettled(limit, after)
                : cluster.listJobs(labels(selector), limit, after);
        ObjectNode table = JsonNodeFactory.instance.objectNode().put("kind", "Table");
        page.next().ifPresent(token -> table.putObject("metadata").put("continue", token));
        table.putArray("columnDefinitions").addObject().put("name", "Status");
        var rows = table.putArray("rows");
        page.items().forEach(job -> {
            ObjectNode row = rows.addObject();
            row.putArray("cells").add("Running");
            row.putObject("object").set("metadata", job.get("metadata"));
        });
        return Answer.of(standing(table));
    }

    private static Map<String, String> labels(String selector) {
        return Arrays.stream(selector.split(",", -1))
                .map(label -> label.split("=", 2))
                .collect(Collectors.toMap(label -> label[0], label -> label[1]));
    }

    private static ObjectNode patch(HttpExchange exchange) throws IOException {
        return body(exchange, "application/merge-patch+json");
    }

    private static ObjectNode body(HttpExchange exchange, String type) throws IOException {
        if (!String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"))
                .startsWith(type)) {
            throw new IOException("a server takes " + type + " here");
        }
        return (ObjectNode) StrictJson.parse(exchange.getRequestBody().readAllBytes());
    }

    private static Map<String, String> query(HttpExchange exchange) {
        return Arrays.stream(exchange.getRequestURI().getRawQuery().split("&", -1))
                .map(part -> part.split("=", 2))
                .collect(Collectors.toMap(part -> part[0], part -> URLDecoder.decode(part[1], UTF_8)));
    }
}
