package dev.cupel.cli.common;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.cupel.yaml.ManifestYaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** How a command prints what has structure; the names are what a user types. */
public enum OutputFormat {
    json,
    yaml,
    text;

    private static final ObjectMapper PRETTY = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** Prints it as JSON or YAML; what text is, only the command knows. Returns false where it could not be written. */
    public boolean print(JsonNode tree) throws IOException {
        String written = this == yaml ? ManifestYaml.write(tree) : PRETTY.writeValueAsString(tree) + "\n";
        return Stdout.write(written.getBytes(StandardCharsets.UTF_8));
    }
}
