package dev.cupel.lint.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.template.Check;
import dev.cupel.template.Diagnostic;
import dev.cupel.template.YamlNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Findings as SARIF 2.1.0, which code hosts and editors read. */
public final class SarifReport {
    private static final String SCHEMA =
            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
    private static final String BASE = "%SRCROOT%";

    private final Path here;
    private final String docs;
    private final String version;

    /**
     * @param here the working folder: files in it are named from there
     * @param docs the address below which {@code lint.md} can be read
     * @param version Cupel's
     */
    public SarifReport(Path here, String docs, String version) {
        this.here = here.toAbsolutePath().normalize();
        this.docs = docs;
        this.version = version;
    }

    public ObjectNode of(Findings findings) {
        ObjectNode sarif =
                JsonNodeFactory.instance.objectNode().put("$schema", SCHEMA).put("version", "2.1.0");
        ObjectNode run = sarif.putArray("runs").addObject();
        ObjectNode driver = run.putObject("tool").putObject("driver");
        driver.put("name", "cupel lint").put("version", version).put("informationUri", docs + "/lint.md");
        ArrayNode rules = driver.putArray("rules");
        for (Check check : Check.values()) {
            rules.add(rule(check));
        }
        run.put("columnKind", "unicodeCodePoints");
        ArrayNode results = run.putArray("results");
        findings.all().forEach(problem -> results.add(result(findings, problem)));
        return sarif;
    }

    private ObjectNode rule(Check check) {
        ObjectNode rule = JsonNodeFactory.instance.objectNode().put("id", check.id());
        rule.putObject("shortDescription").put("text", check.sentence());
        rule.putObject("help").put("text", check.advice());
        rule.put("helpUri", docs + "/lint.md#" + check.id());
        rule.putObject("defaultConfiguration").put("level", check.severity().wireName());
        return rule;
    }

    private ObjectNode result(Findings findings, Diagnostic problem) {
        Check check = problem.check();
        ObjectNode result = JsonNodeFactory.instance
                .objectNode()
                .put("ruleId", check.id())
                .put("ruleIndex", List.of(Check.values()).indexOf(check))
                .put("level", check.severity().wireName());
        result.putObject("message").put("text", problem.message() + "; help: " + problem.help());
        ObjectNode physical = result.putArray("locations").addObject().putObject("physicalLocation");
        ObjectNode artifact = physical.putObject("artifactLocation");
        Path file = findings.path(problem).toAbsolutePath().normalize();
        if (file.startsWith(here)) {
            artifact.put("uri", relative(here.relativize(file))).put("uriBaseId", BASE);
        } else {
            artifact.put("uri", file.toUri().toASCIIString());
        }
        YamlNode.Mark mark = problem.mark();
        physical.putObject("region")
                .put("startLine", mark.line())
                .put("startColumn", mark.column())
                .put("endLine", mark.line())
                .put("endColumn", mark.column() + mark.length());
        return result;
    }

    private static String relative(Path path) {
        String text = StreamSupport.stream(path.spliterator(), false)
                .map(Path::toString)
                .collect(Collectors.joining("/"));
        try {
            String uri = new URI(null, null, "/" + text, null).toASCIIString().substring(1);
            // Not to be read as a scheme.
            return uri.split("/", 2)[0].contains(":") ? "./" + uri : uri;
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
