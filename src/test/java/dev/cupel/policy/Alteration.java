package dev.cupel.policy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.StrictJson;
import dev.cupel.kubernetes.JobName;
import dev.cupel.render.Binder;
import dev.cupel.render.Renderer;
import dev.cupel.request.JobRequest;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.Yaml;

/**
 * One field of a hardened Job altered: the corpus {@code policy/alterations.yaml}, to which the policy class, submit and
 * the cluster's admission policy are all held.
 *
 * @param pointer of the field
 * @param value empty: the field is taken out
 * @param path where it is refused
 * @param allowed whether it is no breach
 * @param invisible why the API server cannot tell it from the original
 * @param installation whether it is for the installation to say and not for the policy
 * @param otherKind whether it is no Job any more
 */
public record Alteration(
        String pointer,
        Optional<JsonNode> value,
        String path,
        boolean allowed,
        Optional<String> invisible,
        boolean installation,
        boolean otherKind) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the installation of {@code policy/placed.yaml} says of every Pod. */
    public static final PodSettings POD_SETTINGS = new PodSettings(
            Map.of("pool", "jobs", "node-role.kubernetes.io/jobs", ""),
            List.of(
                    new Toleration("dedicated", Optional.of("jobs"), "NoSchedule"),
                    new Toleration("spot", Optional.empty(), "NoExecute")),
            List.of("registry", "mirror"));

    public static List<Alteration> all() {
        return read("alterations");
    }

    /** Those of a Job that carries its supervisor. */
    public static List<Alteration> carried(CarriedSupervisor.Way way) {
        return read("carried-" + way.wireName());
    }

    /** Those of a Job that has the {@link #POD_SETTINGS}. */
    public static List<Alteration> placed() {
        return read("placed");
    }

    private static List<Alteration> read(String name) {
        try (InputStream in = Alteration.class.getResourceAsStream("/policy/" + name + ".yaml")) {
            JsonNode all = JSON.valueToTree(new Yaml().load(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
            return StreamSupport.stream(all.spliterator(), false)
                    .map(Alteration::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Alteration of(JsonNode line) {
        String pointer = line.path("at").asText();
        return new Alteration(
                pointer,
                Optional.ofNullable(line.get("to")),
                line.path("path").asText(pointer),
                line.path("allowed").asBoolean(),
                Optional.ofNullable(line.get("server")).map(JsonNode::asText),
                line.path("installation").asBoolean(),
                line.path("otherKind").asBoolean());
    }

    /** A hardened Job, as render makes it. */
    public static ObjectNode original() {
        JobRequest request = JobRequest.decode(
                StrictJson.parse("{\"eval_id\": \"corpus\", \"code\": \"print(1)\"}".getBytes(StandardCharsets.UTF_8)));
        Renderer renderer = new Renderer(
                new Templates(new TemplateFiles.BuiltIn(), Optional.of("docker.io/library/python:3.13-slim")),
                new Binder());
        return renderer.render(request, new JobName("eval-corpus"), "2026-01-01T00:00:00Z")
                .manifest();
    }

    /** The same, carrying a supervisor. */
    public static ObjectNode original(CarriedSupervisor supervisor) {
        ObjectNode job = original();
        supervisor.addTo(job);
        return job;
    }

    /** The same, with the {@link #POD_SETTINGS}. */
    public static ObjectNode original(PodSettings settings) {
        ObjectNode job = original();
        settings.addTo(job);
        return job;
    }

    /** The original with this one thing altered. */
    public ObjectNode altered() {
        return altered(original());
    }

    /** Another with this one thing altered. */
    public ObjectNode altered(ObjectNode from) {
        ObjectNode job = from.deepCopy();
        JsonPointer at = JsonPointer.compile(pointer);
        String name = at.last().getMatchingProperty();
        JsonNode parent = job.at(at.head());
        if (parent instanceof ArrayNode array) {
            int index = Integer.parseInt(name);
            if (index == array.size()) {
                array.add(value.orElseThrow());
            } else {
                array.set(index, value.orElseThrow());
            }
        } else if (value.isPresent()) {
            ((ObjectNode) parent).set(name, value.get());
        } else {
            ((ObjectNode) parent).remove(name);
        }
        if (job.equals(from)) {
            throw new IllegalStateException("alters nothing: " + this);
        }
        return job;
    }

    @Override
    public String toString() {
        return pointer + (value.isPresent() ? " = " + value.get() : " taken out");
    }
}
