package dev.cupel.cli.common;

import dev.cupel.app.ListenAddress;
import java.util.Map;

/** Settings of a command that runs Jobs in its own process. */
public final class LocalMode {
    /** A port of this machine's own, nothing on stdout but results, and all functions. */
    private static final Map<String, String> SETTINGS = Map.of(
            "quarkus.log.category.\"io.netty\".level", "OFF",
            "cupel.local", "true",
            "cupel.role", "api",
            "quarkus.http.host", ListenAddress.LOOPBACK,
            "quarkus.http.port", "0",
            "quarkus.banner.enabled", "false",
            "quarkus.log.level", "WARN",
            "quarkus.log.console.stderr", "true",
            "quarkus.log.console.format", "cupel: %s%n",
            "quarkus.log.console.json.enabled", "false");

    private LocalMode() {}

    /** Before Quarkus reads its configuration. */
    public static void set() {
        SETTINGS.forEach(System::setProperty);
    }
}
