package dev.cupel.render;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.quarkus.FunqyEvents;
import io.quarkus.funqy.Funq;
import io.quarkus.funqy.knative.events.CloudEvent;
import io.quarkus.funqy.knative.events.CloudEventMapping;
import jakarta.enterprise.context.ApplicationScoped;

/** {@link Render} as a function. */
@ApplicationScoped
public class RenderFunction {
    private final Render render;

    RenderFunction(Render render) {
        this.render = render;
    }

    // The name must be no path of an HTTP call: Funqy answers POST /NAME itself.
    /** {@code requested} in, {@code rendered} or {@code rejected} out. */
    @Funq("on-requested")
    @CloudEventMapping(trigger = "dev.cupel.job.requested.v1")
    public CloudEvent<JsonNode> onRequested(CloudEvent<byte[]> event) {
        return FunqyEvents.answer(render.answer(FunqyEvents.context(event), FunqyEvents.data(event)));
    }
}
