package dev.cupel.cli.server;

import dev.cupel.client.CupelServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which server a command calls. */
public final class ServerOptions {
    @Option(names = "--url", paramLabel = "URL", description = "The server, such as http://127.0.0.1:8080.")
    private @Nullable String url;

    @Option(
            names = "--header",
            paramLabel = "HEADER",
            description = "A header of every call, as in \"Authorization: Bearer …\"; may be repeated.")
    private List<String> headers = new ArrayList<>();

    /** The server, if one was named. */
    public Optional<CupelServer> find(CommandSpec spec) {
        return Optional.ofNullable(url).map(address -> server(spec, address));
    }

    private CupelServer server(CommandSpec spec, String address) {
        try {
            return new CupelServer(
                    address, headers.stream().map(CupelServer.Header::parse).toList());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--url or --header: " + e.getMessage());
        }
    }
}
