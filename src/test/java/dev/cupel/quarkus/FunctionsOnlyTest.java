package dev.cupel.quarkus;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FunctionsOnlyTest {
    private static final String DOCUMENT = "META-INF/quarkus-generated-openapi-doc.JSON";
    private static final String OTHER = "META-INF/openapi.yaml";

    @Test
    void hidesTheOpenApiDocumentAndNothingElse(@TempDir Path folder) throws IOException {
        Files.createDirectory(folder.resolve("META-INF"));
        Files.writeString(folder.resolve(DOCUMENT), "{}");
        Files.writeString(folder.resolve(OTHER), "{}");
        try (var parent = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
            ClassLoader loader = new FunctionsOnly(parent);
            assertNotNull(parent.getResource(DOCUMENT));
            assertNull(loader.getResourceAsStream(DOCUMENT));
            try (var other = loader.getResourceAsStream(OTHER)) {
                assertNotNull(other);
            }
        }
    }
}
