package dev.cupel.http;

import dev.cupel.cloudevents.EventType;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * The schemas of {@code docs/schema}: those that events name by their {@code dataschema}, and those of a template's files,
 * for editors. The build puts them into the jar.
 */
@Path("/schema")
@Tag(name = "docs")
@APIResponse(responseCode = "403", ref = "Problem")
@APIResponse(responseCode = "500", ref = "Problem")
public class SchemaCalls {
    private static final String FOLDER = "/schema/";
    private static final Set<String> OF_TEMPLATES = Set.of("parameters.schema.json", "template.schema.json");

    @GET
    @Path("{name}")
    @Operation(operationId = "getSchema", summary = "The JSON Schema of an event's data, or of a template's file")
    @APIResponse(responseCode = "200", ref = "JsonSchema")
    @APIResponse(responseCode = "404", ref = "Problem")
    public Response get(@PathParam("name") String name) {
        boolean isOne = OF_TEMPLATES.contains(name)
                || Arrays.stream(EventType.values())
                        .flatMap(type -> type.schema().stream())
                        .anyMatch(uri -> uri.endsWith(FOLDER + name));
        if (!isOne) {
            throw new Rejected(RejectionReason.NOT_FOUND, "", "there is no schema " + Quoted.of(name));
        }
        return Response.ok(read(name)).type("application/schema+json").build();
    }

    private static byte[] read(String name) {
        try (InputStream in = Objects.requireNonNull(SchemaCalls.class.getResourceAsStream(FOLDER + name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the schema " + name, e);
        }
    }
}
