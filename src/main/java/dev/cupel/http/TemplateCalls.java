package dev.cupel.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.http.door.JsonExchange;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.request.TemplateName;
import dev.cupel.template.Template;
import dev.cupel.template.Templates;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Shows the templates: the parameters that a request may set, their defaults and limits. */
@Path("/templates")
@Tag(name = "templates")
@APIResponse(responseCode = "403", ref = "Problem")
@APIResponse(responseCode = "500", ref = "Problem")
public class TemplateCalls {
    private final Templates templates;

    TemplateCalls(Templates templates) {
        this.templates = templates;
    }

    @GET
    @Operation(operationId = "listTemplates", summary = "All templates with their parameters, defaults and limits")
    @APIResponse(responseCode = "200", ref = "Templates")
    public Response list() {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        var array = answer.putArray("templates");
        templates.names().forEach(name -> array.add(templates.get(name).describe()));
        return JsonExchange.answer(200, answer).build();
    }

    @GET
    @Path("{name}")
    @Operation(operationId = "getTemplate", summary = "One template with its parameters, defaults and limits")
    @APIResponse(responseCode = "200", ref = "Template")
    @APIResponse(responseCode = "404", ref = "Problem")
    public Response get(@PathParam("name") String name) {
        return JsonExchange.answer(
                        200, find(name).orElseThrow(() -> notFound(name)).describe())
                .build();
    }

    private Optional<Template> find(String name) {
        return Optional.of(name)
                .filter(TemplateName::isOne)
                .map(TemplateName::new)
                .flatMap(templates::find);
    }

    private Rejected notFound(String name) {
        return new Rejected(
                RejectionReason.NOT_FOUND,
                "/template",
                "there is no template " + Quoted.of(name) + "; there are "
                        + String.join(
                                ", ",
                                templates.names().stream()
                                        .map(TemplateName::value)
                                        .toList()));
    }
}
