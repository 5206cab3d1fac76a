package dev.cupel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The SBOM of the program as it was built. */
class SbomIT {
    private static final Path SBOM = Path.of("target/cupel.cdx.json");
    private static final Path APP = Path.of("target/quarkus-app");
    private static final Pattern CLASSIFIER = Pattern.compile("[?&]classifier=([^&]+)");

    @BeforeAll
    static void isOfThisBuild() throws IOException {
        boolean made = Files.exists(SBOM)
                && Files.getLastModifiedTime(SBOM).compareTo(Files.getLastModifiedTime(APP.resolve("quarkus-run.jar")))
                        >= 0;
        assumeTrue(made, "no SBOM: CycloneDX' plugin makes none with mvn -o");
    }

    private static JsonNode read() throws IOException {
        return new ObjectMapper().readTree(SBOM.toFile());
    }

    /** As Quarkus names a jar. */
    private static String jar(JsonNode component) {
        Matcher classifier = CLASSIFIER.matcher(component.path("purl").asText());
        String end = classifier.find() ? "-" + URLDecoder.decode(classifier.group(1), UTF_8) : "";
        return component.path("group").asText() + "." + component.path("name").asText() + "-"
                + component.path("version").asText() + end + ".jar";
    }

    @Test
    void namesEveryJarAndItsVersion() throws IOException {
        Set<String> named =
                read().path("components").valueStream().map(SbomIT::jar).collect(Collectors.toCollection(HashSet::new));
        Set<String> missing = new TreeSet<>();
        int jars = 0;
        try (Stream<Path> files = Files.walk(APP.resolve("lib"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                jars++;
                if (!named.contains(file.getFileName().toString())) {
                    missing.add(file.toString());
                }
            }
        }
        assertEquals(Set.of(), missing);
        assertTrue(jars > 100, "only " + jars + " jars");
    }

    @Test
    void isOfThisVersionAndTheSameAtEveryBuild() throws IOException {
        JsonNode sbom = read();
        assertEquals("CycloneDX", sbom.path("bomFormat").asText());
        assertEquals(
                "pkg:maven/dev.cupel/cupel@" + Pom.version() + "?type=jar",
                sbom.at("/metadata/component/purl").asText());
        assertTrue(sbom.at("/metadata/timestamp").isMissingNode());
        // Version 3: of what it names, and not drawn or of a time.
        assertEquals('3', sbom.path("serialNumber").asText().charAt("urn:uuid:".length() + 14));
    }
}
