package dev.cupel.http.door;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Answers {@code GET /}: a list of all calls, for someone who opens the address to see what this is. */
final class Index {
    private static final String ABOUT =
            "Cupel runs untrusted programs as Kubernetes Jobs and gives back what they printed, exactly.";

    /** The same calls as in {@code /q/openapi}; a test compares them. */
    private static final List<Call> OWN = List.of(
            new Call("POST", "/", "a CloudEvent: the function for its type answers"),
            new Call("POST", "/execute", "a request: runs it; Prefer: wait=SECONDS waits for the result"),
            new Call("POST", "/render", "a request: its manifest, as JSON or YAML"),
            new Call("POST", "/preview", "a request: the YAML that it would become, with the filled places"),
            new Call("POST", "/submit", "rendered data: creates the Job"),
            new Call("POST", "/collect", "{\"job_name\": …}: the result"),
            new Call("GET", "/jobs", "Jobs and how far they are, a page at a time"),
            new Call("GET", "/jobs/{name}", "the state of a Job, or its result"),
            new Call("DELETE", "/jobs/{name}", "cancels a Job"),
            new Call("GET", "/jobs/{name}/stdout", "the bytes that it wrote"),
            new Call("GET", "/jobs/{name}/stderr", "the bytes that it wrote"),
            new Call("GET", "/jobs/{name}/output", "what it prints while it runs, as server-sent events"),
            new Call("GET", "/jobs/{name}/files/{path}", "a file that was collected"),
            new Call("GET", "/jobs/{name}/cases/{index}/stdout", "the bytes that a case wrote"),
            new Call("GET", "/jobs/{name}/cases/{index}/stderr", "the bytes that a case wrote"),
            new Call("GET", "/jobs/{name}/cases/{index}/files/{path}", "a file that was collected after a case"),
            new Call("GET", "/jobs/{name}/manifest", "the exact YAML that was submitted"),
            new Call("GET", "/templates", "all templates: parameters, defaults, limits"),
            new Call("GET", "/templates/{name}", "one template: parameters, defaults, limits"),
            new Call("GET", "/docs/{page}", "what a reason means: outcomes.md, rejections.md, and other pages"),
            new Call(
                    "GET",
                    "/schema/{name}",
                    "the JSON Schema of an event's data, such as dev.cupel.job.finished.v1.json"),
            new Call("POST", "/broker", "an event for the embedded broker (local mode)"),
            new Call("GET", "/broker/events", "all that passes through it, as server-sent events (local mode)"),
            new Call("GET", "/q/health", "whether it lives and is ready"),
            new Call("GET", "/q/openapi", "these calls as OpenAPI"),
            new Call("GET", "/q/metrics", "metrics for Prometheus"));

    /** As SandboxFusion describes them. */
    private static final List<Call> RUN_CODE = List.of(
            new Call("POST", "/run_code", "a program as SandboxFusion takes it, and its answer"),
            new Call("GET", "/v1/ping", "\"pong\", as SandboxFusion answers"));

    /** As Piston's own page describes them. */
    private static final List<Call> PISTON = List.of(
            new Call("POST", "/api/v2/execute", "a program as Piston takes it, and its answer"),
            new Call("GET", "/api/v2/runtimes", "the languages of this server, as Piston lists them"));

    private static final List<Call> PAGE = List.of(new Call("GET", "/page/{path}", "the files of the page for people"));

    private final List<Call> calls;
    private final Set<String> firstParts;

    Index(OptionalCalls optional) {
        calls = Stream.of(
                        OWN,
                        optional.runCode() ? RUN_CODE : List.<Call>of(),
                        optional.piston() ? PISTON : List.<Call>of(),
                        optional.page() ? PAGE : List.<Call>of())
                .flatMap(List::stream)
                .toList();
        firstParts = calls.stream().map(call -> firstPart(call.path())).collect(Collectors.toUnmodifiableSet());
    }

    private record Call(String method, String path, Pattern asked, String summary) {
        Call(String method, String path, String summary) {
            this(
                    method,
                    path,
                    Pattern.compile(path.replace("{path}", ".+").replaceAll("\\{[a-z]+}", "[^/]+")),
                    summary);
        }
    }

    /** Whether a call's path begins with the same part as this path. */
    boolean knows(String path) {
        return firstParts.contains(firstPart(path));
    }

    /** The path of the call in the list, such as {@code /jobs/{name}}. All other paths are {@code OTHER}. */
    String pathOf(String path) {
        return calls.stream()
                .filter(call -> call.asked().matcher(path).matches())
                .map(Call::path)
                .findFirst()
                .orElse(path.startsWith("/q/health/") ? "/q/health" : "OTHER");
    }

    private static String firstPart(String path) {
        int end = path.indexOf('/', 1);
        return end < 0 ? path : path.substring(0, end);
    }

    ObjectNode json() {
        ObjectNode index =
                JsonNodeFactory.instance.objectNode().put("name", "cupel").put("about", ABOUT);
        ObjectNode listed = index.putObject("calls");
        calls.forEach(call -> listed.put(call.method() + " " + call.path(), call.summary()));
        return index;
    }

    String html() {
        return calls.stream()
                .map(call -> "<tr><td>%s<td>%s<td>%s\n".formatted(call.method(), link(call), escape(call.summary())))
                .collect(Collectors.joining(
                        "",
                        "<!doctype html><html lang=en><meta charset=utf-8><title>Cupel</title>\n<h1>Cupel</h1>\n<p>"
                                + ABOUT + "\n<table>\n",
                        "</table></html>\n"));
    }

    private static String link(Call call) {
        boolean canBeFollowed = call.method().equals("GET") && call.path().indexOf('{') < 0;
        return canBeFollowed ? "<a href=\"%1$s\">%1$s</a>".formatted(call.path()) : call.path();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
