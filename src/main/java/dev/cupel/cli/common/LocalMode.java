package dev.cupel.cli.common;

import dev.cupel.app.ListenAddress;
import java.util.Map;

/** Settings of a command that runs Jobs in its own process. */
public final class LocalMode {
    /** A port of this machine's own, nothing on stdout but results, and all functions. */
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("quarkus.log.category.\"io.netty\".level", "OFF"),
            Map.entry("quarkus.log.category.\"io.opentelemetry\".level", "OFF"),
            Map.entry("cupel.local", "true"),
            Map.entry("cupel.role", "api"),
            Map.entry("quarkus.http.host", ListenAddress.LOOPBACK),
            Map.entry("quarkus.http.port", "0"),
            Map.entry("quarkus.banner.enabled", "false"),
            Map.entry("quarkus.log.level", "WARN"),
            Map.entry("quarkus.log.console.stderr", "true"),
            Map.entry("quarkus.log.console.format", "cupel: %s%n"),
            Map.entry("quarkus.log.console.json.enabled", "false"));

    private LocalMode() {}

    /** Before Quarkus reads its configuration. */
    public static void set() {
        SETTINGS.forEach(System::setProperty);
    }
}
