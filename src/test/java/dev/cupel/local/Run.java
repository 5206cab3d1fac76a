package dev.cupel.local;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.Await;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.cloudevents.EventType;
import dev.cupel.collect.Collect;
import dev.cupel.collect.ResultBuilder;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.ScriptedCluster;
import dev.cupel.policy.Installation;
import dev.cupel.render.Binder;
import dev.cupel.render.Render;
import dev.cupel.render.Renderer;
import dev.cupel.request.JobRendered;
import dev.cupel.request.JobRequest;
import dev.cupel.schema.Held;
import dev.cupel.submit.Allowed;
import dev.cupel.submit.Submit;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/** One request on this machine, rendered and submitted as always; what the tests of this package watch. */
public final class Run {
    private final JobApi jobs;
    private final Collect collect;
    private final JobName name;

    private Run(JobApi jobs, JobName name) {
        this.jobs = jobs;
        this.collect = new Collect(jobs, "");
        this.name = name;
    }

    public static ObjectNode request(String code) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("eval_id", UUID.randomUUID().toString())
                .put("code", code);
    }

    public static Run start(JobApi jobs, ObjectNode request) {
        return start(jobs, request, new Templates(new TemplateFiles.BuiltIn(), Optional.empty()));
    }

    public static Run start(JobApi jobs, ObjectNode request, Templates templates) {
        EventContext context = new EventContext(
                UUID.randomUUID().toString(),
                "/test",
                EventType.REQUESTED.wireName(),
                Optional.empty(),
                Optional.empty(),
                new TreeMap<>());
        JobRendered rendered =
                new Render(new Renderer(templates, new Binder())).render(JobRequest.decode(request), context);
        return new Run(
                jobs,
                new Submit(jobs, new Allowed(templates, Installation.none()))
                        .submit(rendered, context)
                        .jobName());
    }

    /** As it is, but for what {@code change} does to its manifest: what the policy would never let through, too. */
    public static Run startChanged(JobApi jobs, ObjectNode request, Consumer<ObjectNode> change) {
        Run template = start(new ScriptedCluster(), request);
        ObjectNode job = template.jobs.findJob(template.name).orElseThrow();
        change.accept(job);
        jobs.create(job);
        return new Run(jobs, template.name);
    }

    JobName name() {
        return name;
    }

    boolean isThere() {
        return jobs.findJob(name).isPresent();
    }

    public void cancel() {
        collect.cancel(name);
    }

    String progress() {
        return switch (collect.find(name).orElseThrow()) {
            case Collect.State.Running running -> running.observed().progress();
            case Collect.State.Ended _ -> "ended";
        };
    }

    void awaitProgress(String wanted) throws InterruptedException {
        Await.until("is " + wanted, () -> progress().equals(wanted));
    }

    public JsonNode result() throws InterruptedException {
        Await.until("has ended", () -> progress().equals("ended"));
        if (collect.find(name).orElseThrow() instanceof Collect.State.Ended ended) {
            JsonNode result =
                    collect.result(ended.result(), ResultBuilder.WHOLE).toJson();
            Held.check(EventType.FINISHED, result);
            return result;
        }
        throw new AssertionError("runs again");
    }

    /** Waits until the program itself has printed something. */
    public void awaitLog() throws InterruptedException {
        awaitPrinted(jobs, name);
    }

    /** Waits until the program of a Job has printed something, as far as its log tells without being judged. */
    public static void awaitPrinted(JobApi jobs, JobName name) throws InterruptedException {
        Await.until(
                "its program printed something",
                () -> jobs.listPods(name).stream()
                        .flatMap(pod -> jobs.readLog(pod.at("/metadata/name").asText()).stream())
                        .anyMatch(log -> new String(log, ISO_8859_1).contains(" o b")));
    }
}
