package dev.cupel.submit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.quarkus.FunqyEvents;
import io.quarkus.funqy.Funq;
import io.quarkus.funqy.knative.events.CloudEvent;
import io.quarkus.funqy.knative.events.CloudEventMapping;
import jakarta.enterprise.context.ApplicationScoped;

/** {@link Submit} as a function. */
@ApplicationScoped
public class SubmitFunction {
    private final Submit submit;

    SubmitFunction(Submit submit) {
        this.submit = submit;
    }

    /** {@code rendered} in, {@code submitted} or {@code rejected} out. */
    @Funq("on-rendered")
    @CloudEventMapping(trigger = "dev.cupel.job.rendered.v1")
    public CloudEvent<JsonNode> onRendered(CloudEvent<byte[]> event) {
        return FunqyEvents.answer(submit.answer(FunqyEvents.context(event), FunqyEvents.data(event)));
    }
}
