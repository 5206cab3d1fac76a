package dev.cupel.programs;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.TestTags;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.collect.Collect;
import dev.cupel.collect.ResultBuilder;
import dev.cupel.kubernetes.JobName;
import dev.cupel.local.LocalJobApi;
import dev.cupel.local.Node;
import dev.cupel.local.sandbox.Sandbox;
import dev.cupel.local.sandbox.SystemFolders;
import dev.cupel.policy.Installation;
import dev.cupel.render.Binder;
import dev.cupel.render.Render;
import dev.cupel.render.Renderer;
import dev.cupel.render.SupervisorCommand;
import dev.cupel.request.JobRequest;
import dev.cupel.submit.Allowed;
import dev.cupel.submit.Submit;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The table on this machine: rendered, submitted and collected by the functions' own code, without a server. */
@Tag(TestTags.SLOW)
class LocalProgramsTest {
    private static final int AT_ONCE = 4;
    private static final int LIMIT_SECONDS = 180;

    private final ConcurrentHashMap<String, CompletableFuture<JsonNode>> results = new ConcurrentHashMap<>();
    private final LocalJobApi jobs = new LocalJobApi(
            "crucible",
            AT_ONCE,
            job -> {
                if (job.at("/status/conditions").size() > 0) {
                    end(job.at("/metadata/name").asText());
                }
            },
            _ -> {},
            Node.of(
                    Sandbox.detect(),
                    SystemFolders.path(),
                    SystemFolders.homes(),
                    SupervisorCommand.inline().words()));
    private final Collect collect = new Collect(jobs, "");
    private final Render render =
            new Render(new Renderer(new Templates(new TemplateFiles.BuiltIn(), Optional.empty()), new Binder()));
    private final Submit submit = new Submit(
            jobs, new Allowed(new Templates(new TemplateFiles.BuiltIn(), Optional.empty()), Installation.none()));

    @AfterEach
    void endsAll() {
        jobs.close();
    }

    @TestFactory
    Stream<DynamicTest> givesTheResultOfAProgramThat() {
        String only = System.getProperty("cupel.program", "");
        return programs().stream()
                .filter(program -> program.runsOn(Place.LOCAL))
                .filter(program -> program.name().contains(only))
                .map(program -> new Started(program, start(program)))
                .toList()
                .stream()
                .map(started -> dynamicTest(
                        started.program().name(),
                        () -> started.program()
                                .check(Place.LOCAL, started.result().get(LIMIT_SECONDS, TimeUnit.SECONDS))));
    }

    /** Without bubblewrap, a program that kills all it can reach would end this very process. */
    private List<Program> programs() {
        if (jobs.isSandboxed()) {
            return Programs.on(Place.LOCAL);
        }
        System.out.println("Programs that attack are left out: no bubblewrap here");
        return Programs.harmless();
    }

    private record Started(Program program, CompletableFuture<JsonNode> result) {}

    private CompletableFuture<JsonNode> start(Program program) {
        SortedMap<String, String> none = new TreeMap<>();
        EventContext context = new EventContext(
                UUID.randomUUID().toString(),
                "/test",
                "dev.cupel.job.requested.v1",
                Optional.empty(),
                Optional.empty(),
                none);
        var rendered = render.render(JobRequest.decode(program.request()), context);
        CompletableFuture<JsonNode> result =
                results.computeIfAbsent(rendered.jobName().value(), _ -> new CompletableFuture<>());
        submit.submit(rendered, context);
        return result;
    }

    private void end(String jobName) {
        if (collect.find(new JobName(jobName)).orElseThrow() instanceof Collect.State.Ended ended) {
            results.computeIfAbsent(jobName, _ -> new CompletableFuture<>())
                    .complete(
                            collect.result(ended.result(), ResultBuilder.WHOLE).toJson());
        }
    }
}
