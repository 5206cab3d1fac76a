package dev.cupel.policy;

import static dev.cupel.Rejections.assertRejected;
import static dev.cupel.rejection.RejectionReason.NOT_HARDENED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.StrictJson;
import dev.cupel.kubernetes.JobLifetime;
import dev.cupel.rejection.Rejected;
import dev.cupel.render.Binder;
import dev.cupel.render.Requests;
import dev.cupel.template.TemplateText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The hardening policy, field by field: each loosened in turn, each left out in turn, and none without a row. */
class HardeningTest {
    private static final String POD = "/spec/template/spec";
    private static final String CONTAINER = POD + "/containers/0";

    private static final Set<String> MENDED = Set.of(
            CONTAINER + "/resources/requests/memory",
            CONTAINER + "/resources/requests/cpu",
            CONTAINER + "/volumeMounts");

    /** One field and values that loosen it; where the field itself stays as it is, {@code at} says what is told. */
    record Row(String field, String value, String at) {
        @Override
        public String toString() {
            return field + " = " + value;
        }
    }

    private static Row loose(String field, String value) {
        return new Row(field, value, field);
    }

    private static Row loose(String field, String value, String at) {
        return new Row(field, value, at);
    }

    static Stream<Row> rows() {
        return Stream.of(
                loose("/apiVersion", "\"v1\""),
                loose("/kind", "\"Pod\""),
                loose("/metadata", "[]"),
                loose("/metadata/name", "\"A\""),
                loose("/metadata/namespace", "\"kube/system\""),
                loose("/metadata/labels", "{\"a\": \"-\"}", "/metadata/labels/a"),
                loose("/metadata/labels", "{\"a b\": \"c\"}", "/metadata/labels/a b"),
                loose("/metadata/labels", "{}", "/metadata/labels/app.kubernetes.io~1managed-by"),
                loose("/metadata/annotations", "{\"a\": 1}", "/metadata/annotations/a"),
                loose(
                        "/metadata/annotations",
                        "{\"cupel.dev/settled\": \"x\"}",
                        "/metadata/annotations/cupel.dev~1settled"),
                loose(
                        "/metadata/annotations",
                        "{\"cupel.dev/cancelled\": \"\"}",
                        "/metadata/annotations/cupel.dev~1cancelled"),
                loose("/spec", "null"),
                loose("/spec/backoffLimit", "6"),
                loose("/spec/ttlSecondsAfterFinished", "0"),
                loose("/spec/ttlSecondsAfterFinished", "604801"),
                loose("/spec/activeDeadlineSeconds", "700001"),
                loose("/spec/activeDeadlineSeconds", "0"),
                loose("/spec/suspend", "false"),
                loose("/spec/template", "[]"),
                loose("/spec/template/metadata", "\"x\""),
                loose("/spec/template/metadata/labels", "{\"a\": \"b c\"}", "/spec/template/metadata/labels/a"),
                loose("/spec/template/metadata/annotations", "{\"a\": {}}", "/spec/template/metadata/annotations/a"),
                loose(POD, "1"),
                loose(POD + "/restartPolicy", "\"OnFailure\""),
                loose(POD + "/automountServiceAccountToken", "true"),
                loose(POD + "/enableServiceLinks", "true"),
                loose(POD + "/hostNetwork", "true"),
                loose(POD + "/hostPID", "true"),
                loose(POD + "/hostIPC", "true"),
                loose(POD + "/activeDeadlineSeconds", "90001"),
                loose(POD + "/activeDeadlineSeconds", "1.5"),
                loose(POD + "/terminationGracePeriodSeconds", "4"),
                loose(POD + "/terminationGracePeriodSeconds", "61"),
                loose(POD + "/runtimeClassName", "\"../x\""),
                loose(POD + "/nodeSelector", "[]"),
                loose(POD + "/nodeSelector", "{\"a b\": \"c\"}", POD + "/nodeSelector/a b"),
                loose(POD + "/nodeSelector/pool", "\"a b\""),
                loose(POD + "/tolerations", "[]"),
                loose(POD + "/tolerations/0/key", "\"\""),
                loose(POD + "/tolerations/0/operator", "\"Lt\""),
                loose(POD + "/tolerations/0/value", "\"a b\""),
                loose(POD + "/tolerations/0/effect", "\"\""),
                loose(POD + "/tolerations/0/tolerationSeconds", "1"),
                loose(POD + "/imagePullSecrets", "[]"),
                loose(POD + "/imagePullSecrets/0/name", "\"A\""),
                loose(POD + "/securityContext", "true"),
                loose(POD + "/securityContext/runAsNonRoot", "false"),
                loose(POD + "/securityContext/runAsUser", "0"),
                loose(POD + "/securityContext/runAsUser", "\"1000\""),
                loose(POD + "/securityContext/runAsGroup", "0"),
                loose(POD + "/securityContext/fsGroup", "0"),
                loose(POD + "/securityContext/seccompProfile", "\"RuntimeDefault\""),
                loose(POD + "/securityContext/seccompProfile/type", "\"Unconfined\""),
                loose(POD + "/securityContext/seccompProfile/type", "\"Localhost\""),
                loose(POD + "/containers", "[]"),
                loose(POD + "/containers", "[{}, {}]"),
                loose(POD + "/volumes", "{}"),
                loose(POD + "/volumes/0/name", "\"_\""),
                loose(POD + "/volumes/0/emptyDir", "null"),
                loose(POD + "/volumes/0/emptyDir", "{}", POD + "/volumes/0/emptyDir/sizeLimit"),
                loose(
                        POD + "/volumes/0/emptyDir",
                        "{\"sizeLimit\": \"1Mi\", \"medium\": \"Memory\"}",
                        POD + "/volumes/0/emptyDir/medium"),
                loose(POD + "/volumes/0/emptyDir/sizeLimit", "\"11Gi\""),
                loose("/metadata/annotations/cupel.dev~1cases", "\"a\\nb\""),
                loose("/metadata/annotations/cupel.dev~1cases", "\"" + "x".repeat(140_001) + "\""),
                loose("/metadata/annotations/cupel.dev~1capture", "\"" + "x".repeat(2049) + "\""),
                loose(CONTAINER + "/name", "\"other\""),
                loose(CONTAINER + "/image", "\"a b\""),
                loose(CONTAINER + "/imagePullPolicy", "\"Sometimes\""),
                loose(CONTAINER + "/command", "[]"),
                loose(CONTAINER + "/command", "\"sh\""),
                loose(CONTAINER + "/command", "[1]", CONTAINER + "/command/0"),
                loose(CONTAINER + "/args", "[null]", CONTAINER + "/args/0"),
                loose(CONTAINER + "/workingDir", "\"tmp\""),
                loose(CONTAINER + "/workingDir", "\"/proc/1\""),
                loose(CONTAINER + "/workingDir", "\"/../proc\""),
                loose(CONTAINER + "/workingDir", "\"/tmp/../etc\""),
                loose(CONTAINER + "/env", "{}"),
                loose(CONTAINER + "/env/0/name", "\"A-B\""),
                loose(CONTAINER + "/env/0/value", "{}"),
                loose(CONTAINER + "/env", "[{\"name\": \"A\", \"valueFrom\": {}}]", CONTAINER + "/env/0/valueFrom"),
                loose(CONTAINER + "/resources", "[]"),
                loose(CONTAINER + "/resources/limits", "[]"),
                loose(CONTAINER + "/resources/limits/memory", "\"2Ti\""),
                loose(CONTAINER + "/resources/limits/memory", "1"),
                loose(CONTAINER + "/resources/limits/cpu", "\"0\""),
                loose(CONTAINER + "/resources/limits/cpu", "\"257\""),
                loose(
                        CONTAINER + "/resources/limits",
                        "{\"memory\":\"1Gi\",\"cpu\":\"1\",\"nvidia.com/gpu\":\"1\"}",
                        CONTAINER + "/resources/limits/nvidia.com~1gpu"),
                loose(CONTAINER + "/resources/requests", "\"\""),
                loose(CONTAINER + "/resources/requests/memory", "\"257Mi\""),
                loose(CONTAINER + "/resources/requests/cpu", "\"501m\""),
                loose(CONTAINER + "/securityContext", "null"),
                loose(CONTAINER + "/securityContext/allowPrivilegeEscalation", "true"),
                loose(CONTAINER + "/securityContext/privileged", "true"),
                loose(CONTAINER + "/securityContext/privileged", "\"false\""),
                loose(CONTAINER + "/securityContext/readOnlyRootFilesystem", "false"),
                loose(CONTAINER + "/securityContext/runAsNonRoot", "false"),
                loose(CONTAINER + "/securityContext/capabilities", "[]"),
                loose(
                        CONTAINER + "/securityContext/capabilities",
                        "{\"drop\": [\"ALL\"], \"add\": [\"NET_ADMIN\"]}",
                        CONTAINER + "/securityContext/capabilities/add"),
                loose(CONTAINER + "/securityContext/capabilities/drop", "[]"),
                loose(CONTAINER + "/securityContext/seccompProfile", "1"),
                loose(CONTAINER + "/securityContext/seccompProfile/type", "\"Unconfined\""),
                loose(CONTAINER + "/terminationMessagePath", "\"/tmp/x\""),
                loose(CONTAINER + "/terminationMessagePolicy", "\"FallbackToLogsOnError\""),
                loose(CONTAINER + "/volumeMounts", "[]"),
                loose(CONTAINER + "/volumeMounts", "null"),
                loose(CONTAINER + "/volumeMounts/0/name", "\"other\""),
                loose(CONTAINER + "/volumeMounts/0/mountPath", "\"/sys\""),
                loose(
                        CONTAINER + "/volumeMounts",
                        "[{\"name\":\"tmp\",\"mountPath\":\"/tmp\"},{\"name\":\"tmp\",\"mountPath\":\"/tmp\"}]",
                        CONTAINER + "/volumeMounts/1/mountPath"),
                // What is not named is refused, wherever it stands.
                loose("/status", "{}"),
                loose("/metadata/ownerReferences", "[]"),
                loose("/metadata/generateName", "\"x\""),
                loose("/spec/parallelism", "100"),
                loose("/spec/completions", "100"),
                loose("/spec/podFailurePolicy", "{}"),
                loose("/spec/managedBy", "\"x\""),
                loose(POD + "/initContainers", "[]"),
                loose(POD + "/ephemeralContainers", "[]"),
                loose(POD + "/serviceAccountName", "\"admin\""),
                loose(POD + "/nodeName", "\"n\""),
                loose(POD + "/priorityClassName", "\"system-node-critical\""),
                loose(POD + "/shareProcessNamespace", "true"),
                loose(POD + "/hostUsers", "true"),
                loose(POD + "/affinity", "{}"),
                loose(POD + "/securityContext/sysctls", "[]"),
                loose(POD + "/securityContext/supplementalGroups", "[0]"),
                loose(POD + "/volumes/0/hostPath", "{\"path\": \"/\"}"),
                loose(POD + "/volumes/0/secret", "{}"),
                loose(CONTAINER + "/envFrom", "[]"),
                loose(CONTAINER + "/ports", "[]"),
                loose(CONTAINER + "/lifecycle", "{}"),
                loose(CONTAINER + "/livenessProbe", "{}"),
                loose(CONTAINER + "/stdin", "true"),
                loose(CONTAINER + "/volumeDevices", "[]"),
                loose(CONTAINER + "/securityContext/procMount", "\"Unmasked\""),
                loose(CONTAINER + "/volumeMounts/0/subPath", "\"x\""),
                loose(CONTAINER + "/volumeMounts/0/mountPropagation", "\"Bidirectional\""));
    }

    /** With every field that a manifest can hold. */
    private static ObjectNode manifest() {
        ObjectNode job = Requests.render(
                        new Binder(),
                        Requests.decode("{\"eval_id\":\"demo\",\"code\":\"pass\",\"queue\":\"q\",\"args\":[\"a\"]}"))
                .manifest();
        ((ObjectNode) job.at(POD)).put("runtimeClassName", "gvisor");
        Alteration.POD_SETTINGS.addTo(job);
        ((ObjectNode) job.at("/spec/template/metadata"))
                .putObject("annotations")
                .put("a", "b");
        return (ObjectNode) StrictJson.parse(job.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void set(ObjectNode job, String pointer, String value) {
        JsonPointer at = JsonPointer.compile(pointer);
        ((ObjectNode) job.at(at.head()))
                .set(at.last().getMatchingProperty(), StrictJson.parse(value.getBytes(StandardCharsets.UTF_8)));
    }

    private static ObjectNode without(String pointer) {
        ObjectNode job = manifest();
        JsonPointer at = JsonPointer.compile(pointer);
        ((ObjectNode) job.at(at.head())).remove(at.last().getMatchingProperty());
        return job;
    }

    @Test
    void takesWhatItHardened() {
        Hardener.check(manifest());
    }

    /** The bounds of the two deadlines are far enough apart for {@link JobLifetime#LONGEST_START}. */
    @Test
    void takesTheLongestJobThereIs() {
        ObjectNode job = manifest();
        ObjectNode pod = (ObjectNode) job.at("/spec/template/spec");
        pod.put("activeDeadlineSeconds", 90_000);
        ((ObjectNode) job.path("spec")).put("activeDeadlineSeconds", JobLifetime.deadlineSeconds(pod));

        Hardener.check(job);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void refusesEachFieldLoosened(Row row) {
        ObjectNode job = manifest();
        set(job, row.field(), row.value());

        assertRejected(NOT_HARDENED, "/manifest" + row.at(), () -> Hardener.check(job));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void hardensNothingThatATemplateLoosened(Row row) {
        ObjectNode job = manifest();
        set(job, row.field(), row.value());
        JsonNode loosened = job.at(row.field()).deepCopy();

        // What is put in or lowered is no loosening: a mount of /tmp, a request over its limit, an empty object.
        boolean mended = Hardener.harden(job).isEmpty();
        assertEquals(mended, MENDED.contains(row.at()), () -> "told: " + Policy.check(job));
        assertTrue(!mended || !job.at(row.field()).equals(loosened), "mended, so changed");
    }

    @Test
    void hasARowForEveryFieldThatThePolicyNames() {
        Set<String> inRows = new TreeSet<>();
        rows().forEach(row -> inRows.add(row.field()));
        Set<String> missing = new TreeSet<>(fields().keySet());
        missing.removeAll(inRows);

        assertEquals(Set.of(), missing);
    }

    @Test
    void addsEachFieldThatATemplateMayLeaveOutAndRefusesAManifestWithoutIt() {
        fields().forEach((pointer, field) -> {
            ObjectNode job = without(pointer);
            if (!field.required()) {
                assertTrue(field.added().isEmpty(), pointer);
                return;
            }
            assertEquals(
                    "/manifest" + pointer,
                    assertThrows(Rejected.class, () -> Hardener.check(job), pointer)
                            .field());
            List<Rule.Violation> left = Hardener.harden(job);
            assertEquals(field.added().isPresent(), left.isEmpty(), pointer + ": " + left);
            if (field.added().isPresent()) {
                assertFalse(job.at(pointer).isMissingNode(), pointer);
            }
        });
    }

    @Test
    void leavesOutNothingOfASecurityContextThatIsLeftOutWhole() {
        ObjectNode full = manifest();
        ObjectNode job = manifest();
        ((ObjectNode) job.at(POD)).remove("securityContext");
        ((ObjectNode) job.at(CONTAINER)).remove("securityContext");

        assertEquals(List.of(), Hardener.harden(job));
        assertEquals(full.at(POD + "/securityContext"), sorted(job.at(POD + "/securityContext")));
        assertEquals(full.at(CONTAINER + "/securityContext"), sorted(job.at(CONTAINER + "/securityContext")));
    }

    /** Numbers as a parser makes them. */
    private static JsonNode sorted(JsonNode node) {
        return StrictJson.parse(node.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void saysWhereEachRuleComesFrom() {
        fields().forEach((pointer, field) ->
                assertEquals(field.required(), !field.source().isBlank(), pointer));
    }

    @Test
    void mountsASizedTmpWhereATemplateHasNone(@TempDir Path root) {
        JsonNode job = Requests.render(
                        TemplateText.of(root, TemplateText.LEAST).renderer(), Requests.request(TemplateText.NAME, ""))
                .manifest();

        assertEquals(
                "[{\"name\":\"tmp\",\"emptyDir\":{\"sizeLimit\":\"100Mi\"}}]",
                job.at(POD + "/volumes").toString());
        assertEquals(
                "[{\"name\":\"tmp\",\"mountPath\":\"/tmp\"}]",
                job.at(CONTAINER + "/volumeMounts").toString());
    }

    @Test
    void mountsTheVolumeOfThatNameWhereATemplateHasOneUnmounted(@TempDir Path root) {
        String template = TemplateText.LEAST.replace(
                "    spec:\n", "    spec:\n      volumes: [{name: tmp, emptyDir: {sizeLimit: \"5Mi\"}}]\n");
        JsonNode job = Requests.render(
                        TemplateText.of(root, template).renderer(), Requests.request(TemplateText.NAME, ""))
                .manifest();

        assertEquals(
                "[{\"name\":\"tmp\",\"emptyDir\":{\"sizeLimit\":\"5Mi\"}}]",
                job.at(POD + "/volumes").toString());
    }

    @Test
    void labelsTheJobAndThePodOfATemplateThatHasNoLabels(@TempDir Path root) {
        JsonNode job = Requests.render(
                        TemplateText.of(root, TemplateText.LEAST).renderer(), Requests.request(TemplateText.NAME, ""))
                .manifest();

        assertEquals(
                "{\"app\":\"evaluation\",\"eval-id\":\"demo\",\"app.kubernetes.io/managed-by\":\"cupel\"}",
                job.at("/metadata/labels").toString());
        assertEquals(
                "{\"app\":\"evaluation\",\"eval-id\":\"demo\"}",
                job.at("/spec/template/metadata/labels").toString());
    }

    @Test
    void lowersRequestsToTheLimits() {
        JsonNode resources = Requests.render(
                        new Binder(),
                        Requests.decode(
                                "{\"eval_id\":\"demo\",\"code\":\"x\",\"memory_limit\":\"4Mi\",\"cpu_limit\":\"0.2\"}"))
                .manifest()
                .at(CONTAINER + "/resources");

        assertEquals(
                "{\"limits\":{\"memory\":\"4Mi\",\"cpu\":\"200m\"},\"requests\":{\"memory\":\"4Mi\",\"cpu\":\"100m\"}}",
                resources.toString());
    }

    /** Every field of the policy by its JSON Pointer; of a list, its first item's. */
    private static Map<String, Rule.Field> fields() {
        Map<String, Rule.Field> found = new TreeMap<>();
        collect(Policy.JOB, "", found);
        return found;
    }

    private static void collect(Rule rule, String pointer, Map<String, Rule.Field> found) {
        switch (rule) {
            case Rule.Fields object ->
                object.fields().forEach((name, field) -> {
                    found.put(pointer + "/" + name, field);
                    collect(field.rule(), pointer + "/" + name, found);
                });
            case Rule.ListOf list -> collect(list.item(), pointer + "/0", found);
            case Rule.Exactly _, Rule.OneOf _, Rule.Text _, Rule.Whole _, Rule.Amount _, Rule.MapOf _ -> {}
        }
    }

    @Test
    void tellsAllThatIsWrongAndNotOnlyTheFirst() {
        ObjectNode job = manifest();
        set(job, POD + "/hostPID", "true");
        set(job, POD + "/hostIPC", "true");
        set(job, "/kind", "\"Pod\"");
        List<String> told = new ArrayList<>();
        Policy.check(job).forEach(violation -> told.add(violation.pointer()));

        assertEquals(List.of("/kind", POD + "/hostPID", POD + "/hostIPC"), told);
        assertTrue(job.at(POD + "/containers") instanceof ArrayNode);
    }
}
