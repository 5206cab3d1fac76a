package dev.cupel.collect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.quarkus.FunqyEvents;
import io.quarkus.funqy.Funq;
import io.quarkus.funqy.knative.events.CloudEvent;
import io.quarkus.funqy.knative.events.CloudEventMapping;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link Collect} as a function. Funqy answers 204 to null. */
@ApplicationScoped
public class CollectFunction {
    private final Collect collect;
    private final Teller teller;

    CollectFunction(Collect collect, Teller teller) {
        this.collect = collect;
        this.teller = teller;
    }

    /** A new Kubernetes object in, nothing out: if it is a Job, its end is waited for. Its data is not even read. */
    @Funq("on-add")
    @CloudEventMapping(trigger = "dev.knative.apiserver.resource.add")
    public @Nullable CloudEvent<JsonNode> onAdd(CloudEvent<byte[]> event) {
        FunqyEvents.context(event).subject().ifPresent(teller::isNew);
        return null;
    }

    /** A change of a Kubernetes object in, {@code finished} out if it is a Job that has ended. */
    @Funq("on-update")
    @CloudEventMapping(trigger = "dev.knative.apiserver.resource.update")
    public @Nullable CloudEvent<JsonNode> onUpdate(CloudEvent<byte[]> event) {
        return answer(collect.answerUpdate(FunqyEvents.context(event), FunqyEvents.data(event)));
    }

    /** A Kubernetes object that is gone in, {@code finished} out if it was a Job that had not been told of. */
    @Funq("on-delete")
    @CloudEventMapping(trigger = "dev.knative.apiserver.resource.delete")
    public @Nullable CloudEvent<JsonNode> onDelete(CloudEvent<byte[]> event) {
        return answer(collect.answerDelete(FunqyEvents.context(event), FunqyEvents.data(event)));
    }

    /** The time to sweep in, nothing out. */
    @Funq("on-ping")
    @CloudEventMapping(trigger = "dev.knative.sources.ping")
    public @Nullable CloudEvent<JsonNode> onPing(CloudEvent<byte[]> event) {
        collect.sweep();
        return null;
    }

    /** {@code finished} in, nothing out: the result is in the broker's hands. Only what is none is {@code rejected}. */
    @Funq("on-finished")
    @CloudEventMapping(trigger = "dev.cupel.job.finished.v1")
    public @Nullable CloudEvent<JsonNode> onFinished(CloudEvent<byte[]> event) {
        EventContext context = FunqyEvents.context(event);
        Optional<Event> answer = collect.answerFinished(context, FunqyEvents.data(event));
        context.subject().ifPresent(teller::isTold);
        return answer(answer);
    }

    /** {@code cancel} in, {@code rejected} out if there is no such Job. */
    @Funq("on-cancel")
    @CloudEventMapping(trigger = "dev.cupel.job.cancel.v1")
    public @Nullable CloudEvent<JsonNode> onCancel(CloudEvent<byte[]> event) {
        return answer(collect.answerCancel(FunqyEvents.context(event), FunqyEvents.data(event)));
    }

    private static @Nullable CloudEvent<JsonNode> answer(Optional<Event> event) {
        return event.map(FunqyEvents::answer).orElse(null);
    }
}
