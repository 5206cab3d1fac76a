package dev.cupel.quarkus;

import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Hides the OpenAPI document, which only {@code api} serves: where Quarkus finds one it reads it at every start, and writes
 * it again as JSON and YAML, which takes a tenth of the start.
 */
public final class FunctionsOnly extends ClassLoader {
    private static final String DOCUMENT = "META-INF/quarkus-generated-openapi-doc";

    static {
        registerAsParallelCapable();
    }

    public FunctionsOnly(ClassLoader parent) {
        super(parent);
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
        return name.startsWith(DOCUMENT) ? null : super.getResourceAsStream(name);
    }
}
