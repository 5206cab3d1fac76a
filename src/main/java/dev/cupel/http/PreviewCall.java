package dev.cupel.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.http.door.JsonExchange;
import dev.cupel.render.FilledPlaces;
import dev.cupel.render.Render;
import dev.cupel.request.JobRendered;
import dev.cupel.request.JobRequest;
import dev.cupel.template.Template;
import dev.cupel.template.Templates;
import dev.cupel.yaml.ManifestYaml;
import dev.cupel.yaml.YamlPlaces;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * Shows what a request would become, for people: the YAML, and which places of it the request filled. Creates nothing.
 */
@Path("/preview")
@Tag(name = "functions")
public class PreviewCall {
    private final Render render;
    private final Templates templates;

    PreviewCall(Render render, Templates templates) {
        this.render = render;
        this.templates = templates;
    }

    @POST
    @Operation(
            operationId = "preview",
            summary = "What a request would become: the YAML, with the places that it filled",
            description = "rendered is what /submit takes. Places are characters of yaml, from start up to end")
    @RequestBody(
            required = true,
            content = @Content(mediaType = "application/json", schema = @Schema(ref = "JobRequest")))
    @APIResponse(responseCode = "200", ref = "Preview")
    @APIResponse(responseCode = "400", ref = "Problem")
    @APIResponse(responseCode = "403", ref = "Problem")
    @APIResponse(responseCode = "413", ref = "Problem")
    @APIResponse(responseCode = "415", ref = "Problem")
    @APIResponse(responseCode = "429", ref = "Problem")
    @APIResponse(responseCode = "500", ref = "Problem")
    @APIResponse(responseCode = "503", ref = "Problem")
    public Response preview(@Context RoutingContext exchange, @Context HttpHeaders headers) {
        HttpRequestContext asked = HttpRequestContext.of(headers);
        JsonNode json = JsonExchange.json(exchange);
        return FunctionCalls.naming(json, () -> {
            JobRequest request = JobRequest.decode(json);
            JobRendered rendered = render.render(request, asked.context(), asked.jobName(request.evalId()));
            return JsonExchange.answer(200, marked(rendered)).build();
        });
    }

    private ObjectNode marked(JobRendered rendered) {
        Template template = templates.get(rendered.template());
        String yaml = ManifestYaml.write(rendered.manifest());
        Map<String, YamlPlaces.Place> all = YamlPlaces.of(yaml);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("rendered", rendered.toJson());
        json.put("yaml", yaml);
        ArrayNode places = json.putArray("places");
        FilledPlaces.of(template, rendered.manifest()).forEach((pointer, placeholders) -> {
            YamlPlaces.Place place = Objects.requireNonNull(all.get(pointer), pointer);
            ObjectNode one = places.addObject().put("start", place.start()).put("end", place.end());
            ArrayNode tokens = one.putArray("placeholders");
            placeholders.forEach(placeholder -> tokens.add(placeholder.token()));
        });
        return json;
    }
}
