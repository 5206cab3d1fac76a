package dev.cupel.http;

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
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The pages of {@code docs}, to which problem documents and results link. The build puts them into the jar. */
@Path("/docs")
@Tag(name = "docs")
@APIResponse(responseCode = "403", ref = "Problem")
@APIResponse(responseCode = "500", ref = "Problem")
public class PageCalls {
    private static final Pattern NAME = Pattern.compile("[a-z]+(?:-[a-z]+)*\\.md");

    @GET
    @Path("{page}")
    @Operation(operationId = "getPage", summary = "A page of the documentation")
    @APIResponse(responseCode = "200", ref = "Page")
    @APIResponse(responseCode = "404", ref = "Problem")
    public Response get(@PathParam("page") String page) {
        byte[] text = find(page)
                .orElseThrow(() -> new Rejected(RejectionReason.NOT_FOUND, "", "there is no page " + Quoted.of(page)));
        // Not text/markdown: some browsers would save it and not show it.
        return Response.ok(text).type("text/plain;charset=UTF-8").build();
    }

    private static Optional<byte[]> find(String page) {
        if (!NAME.matcher(page).matches()) {
            return Optional.empty();
        }
        try (InputStream in = PageCalls.class.getResourceAsStream("/docs/" + page)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the page " + page, e);
        }
    }
}
