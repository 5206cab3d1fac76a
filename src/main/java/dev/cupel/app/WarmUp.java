package dev.cupel.app;

import dev.cupel.cluster.Fabric8Greeting;
import dev.cupel.event.EventContext;
import dev.cupel.event.EventType;
import dev.cupel.render.Render;
import dev.cupel.template.Binder;
import dev.cupel.template.Renderer;
import dev.cupel.template.RuntimeClasses;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/**
 * Does for the first time, on a second processor while Quarkus starts, what the first event would wait for: the parts of Java
 * that it needs are initialised then. Nothing that is made here is kept, and whatever fails here fails again where it counts.
 */
final class WarmUp {
    private static final String REQUEST = "{\"eval_id\": \"warm-up\", \"code\": \"pass\"}";

    private WarmUp() {}

    /** @param callsCluster whether this instance will call an API server */
    static void start(boolean callsCluster) {
        Thread.ofPlatform().daemon().name("warm-up").start(() -> run(callsCluster));
    }

    private static void run(boolean callsCluster) {
        if (callsCluster) {
            try {
                Fabric8Greeting.greet();
            } catch (IOException e) {
                Logger.getLogger(WarmUp.class).debug("no handshake with the API server", e);
            }
        }
        render();
    }

    private static void render() {
        Templates templates = new Templates(new TemplateFiles.BuiltIn(), Optional.empty());
        EventContext context = new EventContext(
                "warm-up",
                "/cupel/warm-up",
                EventType.REQUESTED.wire(),
                Optional.empty(),
                Optional.empty(),
                new TreeMap<>());
        new Render(new Renderer(templates, new Binder(), RuntimeClasses.none()))
                .answer(context, REQUEST.getBytes(StandardCharsets.UTF_8));
    }
}
