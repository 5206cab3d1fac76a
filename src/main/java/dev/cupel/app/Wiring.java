package dev.cupel.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.cloudevents.EventType;
import dev.cupel.collect.Collect;
import dev.cupel.collect.HeapBudget;
import dev.cupel.collect.upkeep.CountJobs;
import dev.cupel.fabric8.Fabric8HttpClient;
import dev.cupel.fabric8.Fabric8JobApi;
import dev.cupel.http.door.Callers;
import dev.cupel.http.door.OptionalCalls;
import dev.cupel.http.door.Role;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.local.LocalJobApi;
import dev.cupel.local.LocalTimer;
import dev.cupel.local.Node;
import dev.cupel.local.OldGeneration;
import dev.cupel.local.broker.LocalBroker;
import dev.cupel.local.sandbox.Sandbox;
import dev.cupel.local.sandbox.SystemFolders;
import dev.cupel.policy.Installation;
import dev.cupel.render.Binder;
import dev.cupel.render.Render;
import dev.cupel.render.Renderer;
import dev.cupel.render.SupervisorCommand;
import dev.cupel.submit.Allowed;
import dev.cupel.submit.Submit;
import dev.cupel.telemetry.JobCounts;
import dev.cupel.telemetry.LastCounts;
import dev.cupel.telemetry.Telemetry;
import dev.cupel.telemetry.meters.Meters;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.DefaultBean;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.HttpServer;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Makes each part from its configuration, when it is first needed. */
@ApplicationScoped
public class Wiring {
    private static final Duration TIDY = Duration.ofSeconds(10);
    private static final Duration ROOM_PATIENCE = Duration.ofSeconds(30);

    private final CupelConfig config;
    private final Exporting exporting;
    private @Nullable LocalTimer sweeps;
    private @Nullable LocalTimer tidying;

    Wiring(CupelConfig config) {
        this.config = config;
        this.exporting = new Exporting(ConfigProvider.getConfig(), config.role());
    }

    @Produces
    @Singleton
    Role role() {
        return config.role();
    }

    @Produces
    @Singleton
    Templates templates() {
        TemplateFiles files = config.templates().map(OwnTemplates::files).orElseGet(TemplateFiles.BuiltIn::new);
        return new Templates(files, config.executorImage());
    }

    @Produces
    @Singleton
    Installation installation() {
        return config.isLocal() ? config.installation().onThisMachine() : config.installation();
    }

    @Produces
    @Singleton
    Telemetry telemetry(MeterRegistry registry, Instance<JobApi> jobs) {
        LastCounts swept = new LastCounts(InstantSource.system());
        Supplier<Optional<JobCounts>> counts =
                config.isLocal() ? () -> Optional.of(CountJobs.count(jobs.get())) : swept;
        return exporting.telemetry(List.of(new ResultLog(), swept, new Meters(registry, counts)), counts);
    }

    @Produces
    @Singleton
    Render render(Templates templates, Installation installation, Telemetry telemetry) {
        return new Render(new Renderer(templates, new Binder(), installation), telemetry);
    }

    @Produces
    @Singleton
    Submit submit(JobApi jobs, Templates templates, Installation installation, Telemetry telemetry) {
        Allowed allowed = new Allowed(templates, installation);
        return new Submit(jobs, allowed, config.submitWithin(), InstantSource.system(), config.finalizer(), telemetry);
    }

    @Produces
    @Singleton
    Collect collect(JobApi jobs, HeapBudget budget, Telemetry telemetry) {
        return new Collect(jobs, config.url(), config.timeouts(), InstantSource.system(), budget, telemetry);
    }

    /** For results: two at once in the 256 MiB of heap that {@code knative/base} gives. */
    @Produces
    @Singleton
    HeapBudget budget() {
        return HeapBudget.ofHeap(0.44, Collect.READING_BYTES, ROOM_PATIENCE);
    }

    @Produces
    @Singleton
    Callers callers(@ConfigProperty(name = "quarkus.http.host") String listensOn) {
        return config.isLocal() ? Callers.local(listensOn, config.hosts()) : Callers.ofAnyName(config.url());
    }

    @Produces
    @Singleton
    OptionalCalls optionalCalls() {
        return new OptionalCalls(config.runCode(), config.piston());
    }

    @Produces
    @Singleton
    Optional<LocalBroker> broker(HttpServer server) {
        return config.isLocal() ? Optional.of(new LocalBroker(() -> events(server))) : Optional.empty();
    }

    /** Before anything listens. */
    void check(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent started) {
        new StartChecks(config).run();
        exporting.start();
    }

    /** Local mode has no PingSource. That there is no sandbox is said now, not when the first program already runs. */
    void startSweep(
            @Observes StartupEvent started,
            Instance<Optional<LocalBroker>> broker,
            Instance<JobApi> localJobs,
            Instance<Collect> collect) {
        if (config.isLocal()) {
            localJobs.get();
            config.results()
                    .map(folder -> new ResultFolder(folder, collect.get()))
                    .ifPresent(results -> broker.get().ifPresent(local -> local.listen(results::keep)));
            sweeps = LocalTimer.start(
                    config.timeouts().sweep(), () -> broker.get().ifPresent(local -> local.publish(ping())));
            tidying = LocalTimer.start(TIDY, OldGeneration::tidy);
        }
    }

    /** At last what is on its way in this process arrives, and what it has to tell is sent. */
    void stop(@Observes ShutdownEvent stopped, Instance<Optional<LocalBroker>> broker) {
        stopSweep();
        if (exporting.isOn()) {
            broker.get().ifPresent(LocalBroker::close);
            exporting.close();
        }
    }

    private void stopSweep() {
        if (sweeps != null) {
            sweeps.close();
        }
        if (tidying != null) {
            tidying.close();
        }
    }

    private static URI events(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.getPort() + "/");
    }

    void close(@Disposes Optional<LocalBroker> broker) {
        broker.ifPresent(LocalBroker::close);
    }

    @Produces
    @Singleton
    @DefaultBean
    JobApi jobs(Optional<LocalBroker> broker, Instance<KubernetesClient> cluster) {
        if (broker.isEmpty()) {
            return new Fabric8JobApi(cluster.get(), config.namespace(), config.apiTimeout());
        }
        int atOnce = config.localJobs().orElse(Runtime.getRuntime().availableProcessors());
        LocalBroker local = broker.get();
        return new LocalJobApi(
                config.namespace(),
                atOnce,
                job -> tell(local, resource(EventType.RESOURCE_UPDATE, job), Collect.heeds(job)),
                job -> tell(local, resource(EventType.RESOURCE_DELETE, job), Collect.heedsDeletion(job)),
                Node.of(
                        Sandbox.detect(),
                        SystemFolders.path(),
                        SystemFolders.homes(),
                        SupervisorCommand.inline().words()));
    }

    private static void tell(LocalBroker broker, Event event, boolean isHeeded) {
        if (isHeeded) {
            broker.publish(event);
        } else {
            broker.show(event);
        }
    }

    /** In place of the extension's own, for its TLS. */
    @Produces
    @Singleton
    KubernetesClient cluster(Config kubernetes, Vertx vertx) {
        return Fabric8HttpClient.connect(kubernetes, vertx);
    }

    void close(@Disposes KubernetesClient cluster) {
        cluster.close();
    }

    void close(@Disposes JobApi jobs) {
        if (jobs instanceof LocalJobApi local) {
            local.close();
        }
    }

    /** A Job as Knative's ApiServerSource tells of it in Resource mode. */
    private Event resource(EventType type, ObjectNode job) {
        String path = "/apis/batch/v1/namespaces/" + config.namespace() + "/jobs/";
        return event(type, Optional.of(path + job.at("/metadata/name").asText()), job);
    }

    private static Event ping() {
        return event(EventType.PING, Optional.empty(), JsonNodeFactory.instance.objectNode());
    }

    private static Event event(EventType type, Optional<String> subject, ObjectNode data) {
        EventContext context = new EventContext(
                UUID.randomUUID().toString(),
                "/cupel/local",
                type.wireName(),
                subject,
                Optional.of(EventContext.now()),
                Collections.unmodifiableSortedMap(new TreeMap<>()));
        return new Event(context, data);
    }
}
