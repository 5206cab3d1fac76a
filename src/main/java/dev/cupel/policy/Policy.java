package dev.cupel.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.DnsName;
import dev.cupel.kubernetes.ImageReference;
import dev.cupel.kubernetes.LabelValue;
import dev.cupel.kubernetes.LoaderVariables;
import dev.cupel.kubernetes.Quantity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a Job may hold, field by field: the one definition that render applies, lint explains and submit enforces again.
 * An allow list: what is not named here is refused. Beside each rule stands where it comes from: PSS, the Pod Security
 * Standards' profile "restricted"; CIS, the CIS Kubernetes Benchmark 1.9, section 5; NSA, the NSA/CISA Kubernetes
 * Hardening Guide 1.2; Cupel, this project's own design.
 */
public final class Policy {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final JsonNode TRUE = JSON.booleanNode(true);
    private static final JsonNode FALSE = JSON.booleanNode(false);

    private static final Rule ANY_TEXT = new Rule.Text(_ -> true, "a string");
    private static final Rule NAME = new Rule.Text(DnsName.LABEL, "a DNS label");
    // Keys with a prefix are read by somebody: a service mesh, a network plugin, a runtime, a cloud's identities. Those
    // without are the user's own (Kubernetes: labels and annotations, syntax). So only prefixes that are known to be
    // harmless are allowed, and on the Pod none but app.kubernetes.io: the runtime itself reads annotations there.
    private static final String KEY = LabelValue.FORM;
    private static final Rule LABEL = new Rule.Text(Pattern.compile("(" + KEY + ")?"), "a label's value");
    private static final Rule LABELS =
            new Rule.MapOf(Pattern.compile("(app\\.kubernetes\\.io/|kueue\\.x-k8s\\.io/)?" + KEY), LABEL);
    private static final Rule POD_LABELS = new Rule.MapOf(Pattern.compile("(app\\.kubernetes\\.io/)?" + KEY), LABEL);
    private static final Rule ANNOTATION =
            new Rule.Text(Pattern.compile("[^\\x00-\\x1f\\x7f-\\x9f]{0,2048}"), "text without control characters");
    // Names of 64 KiB, each in quotes, perhaps with escapes.
    private static final Rule CASE_NAMES =
            new Rule.Text(Pattern.compile("[^\\x00-\\x1f\\x7f-\\x9f]{0,140000}"), "the names of cases");
    private static final Rule ANNOTATIONS = new Rule.MapOf(
            Pattern.compile("cupel\\.dev/(template|template-digest|request-digest|capture|ttl-after-settled)|" + KEY),
            ANNOTATION,
            Map.of(CupelMetadata.CASES, CASE_NAMES));
    // No dots: gVisor and CRI-O read annotations without a slash (dev.gvisor.flag.…, io.kubernetes.cri-o.…).
    private static final Rule POD_ANNOTATIONS =
            new Rule.MapOf(Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_]{0,61}[A-Za-z0-9])?"), ANNOTATION);
    private static final Rule ID = new Rule.Whole(1, 2_147_483_647L);
    private static final Rule IMAGE = new Rule.Text(ImageReference.PATTERN, "an image reference");
    private static final Rule ENV_NAME = new Rule.Text(
            Pattern.compile("(?!(?:" + LoaderVariables.PATTERN + ")$)[A-Za-z_][A-Za-z0-9_]*"),
            "a C identifier that is not the loader's");
    private static final Rule PATH = new Rule.Text(
            Pattern.compile("/(?!(?:proc|sys|dev)(?:/|$))[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*"),
            "an absolute path");
    private static final Quantity MAX_MEMORY = new Quantity("1Ti");
    private static final Quantity MAX_CPU = new Quantity("256");
    private static final Quantity MAX_DISK = new Quantity("10Gi");

    private static final Rule SECCOMP = object().always(
                    "type", JSON.textNode("RuntimeDefault"), "PSS: seccomp; CIS 5.7.2")
            .rule();

    private static final Rule POD_SECURITY = object().always(
                    "runAsNonRoot", TRUE, "PSS: running as non-root; CIS 5.2.7; NSA")
            .added("runAsUser", ID, JSON.numberNode(1000), "PSS: running as non-root user")
            .added("runAsGroup", ID, JSON.numberNode(1000), "NSA: non-root containers")
            .added("fsGroup", ID, JSON.numberNode(1000), "Cupel: /tmp is the user's")
            .added("seccompProfile", SECCOMP, JSON.objectNode(), "PSS: seccomp; CIS 5.7.2")
            .rule();

    private static final Rule CONTAINER_SECURITY = object().always(
                    "allowPrivilegeEscalation", FALSE, "PSS: privilege escalation; CIS 5.2.6")
            .always("privileged", FALSE, "PSS: privileged containers; CIS 5.2.2")
            .always("readOnlyRootFilesystem", TRUE, "NSA: immutable container file systems")
            .always("runAsNonRoot", TRUE, "PSS: running as non-root; CIS 5.2.7")
            .added(
                    "capabilities",
                    object().always("drop", JSON.arrayNode().add("ALL"), "PSS: capabilities; CIS 5.2.8, 5.2.9")
                            .rule(),
                    JSON.objectNode(),
                    "PSS: capabilities")
            .added("seccompProfile", SECCOMP, JSON.objectNode(), "PSS: seccomp")
            .rule();

    private static final Rule AMOUNTS = object().required(
                    "memory", new Rule.Amount(MAX_MEMORY), "NSA: resource policies")
            .required("cpu", new Rule.Amount(MAX_CPU), "NSA: resource policies")
            .rule();

    private static final Rule REQUESTS = object().added(
                    "memory", new Rule.Amount(MAX_MEMORY), JSON.textNode("128Mi"), "Cupel")
            .added("cpu", new Rule.Amount(MAX_CPU), JSON.textNode("100m"), "Cupel")
            .rule();

    private static final Rule CONTAINER = object().always(
                    "name", JSON.textNode(CupelMetadata.EVALUATION), "Cupel: collect reads this container")
            .required("image", IMAGE, "Cupel")
            .added(
                    "imagePullPolicy",
                    new Rule.OneOf(Set.of("IfNotPresent", "Always", "Never")),
                    JSON.textNode("IfNotPresent"),
                    "Cupel")
            .required("command", new Rule.ListOf(1, 600, ANY_TEXT), "Cupel: what runs is said, not left to the image")
            .optional("args", new Rule.ListOf(0, 600, ANY_TEXT))
            .optional("workingDir", PATH)
            .optional(
                    "env",
                    new Rule.ListOf(
                            0,
                            300,
                            object().required("name", ENV_NAME, "Cupel: nothing is preloaded into the supervisor")
                                    // valueFrom is not named: it could read Secrets (CIS 5.4.1).
                                    .added(
                                            "value",
                                            ANY_TEXT,
                                            JSON.textNode(""),
                                            "CIS 5.4.1: no secrets as environment variables")
                                    .rule()))
            .required(
                    "resources",
                    object().required("limits", AMOUNTS, "NSA: resource policies")
                            .added("requests", REQUESTS, JSON.objectNode(), "Cupel")
                            .rule(),
                    "NSA: resource policies")
            .added("securityContext", CONTAINER_SECURITY, JSON.objectNode(), "PSS")
            .always("terminationMessagePath", JSON.textNode("/dev/termination-log"), "Cupel: collect reads it")
            .always("terminationMessagePolicy", JSON.textNode("File"), "Cupel: collect reads it")
            .optional(
                    "volumeMounts",
                    new Rule.ListOf(
                            0,
                            8,
                            object().required("name", NAME, "Kubernetes")
                                    .required("mountPath", PATH, "Kubernetes")
                                    .rule()))
            .rule();

    private static final Rule VOLUME = object().required("name", NAME, "Kubernetes")
            // Any other kind, hostPath first, is refused by not being named.
            .required(
                    "emptyDir",
                    object().required(
                                    "sizeLimit",
                                    new Rule.Amount(MAX_DISK),
                                    "Cupel: one job must not fill the node's disk")
                            .rule(),
                    "PSS: volume types; CIS 5.2.12")
            .rule();

    private static final Rule TOLERATION = object().required(
                    "key", new Rule.Text(Pattern.compile(PodSettings.KEY), "a taint's key"), "Cupel: not every taint")
            .required("operator", new Rule.OneOf(Set.of("Equal", "Exists")), "Kubernetes")
            .optional("value", LABEL)
            .required("effect", new Rule.OneOf(Toleration.EFFECTS), "Kubernetes")
            .rule();

    private static final Rule POD = object().always("restartPolicy", JSON.textNode("Never"), "Cupel: run once")
            .always("automountServiceAccountToken", FALSE, "CIS 5.1.6; NSA")
            .always("enableServiceLinks", FALSE, "Cupel: nothing about the cluster in the environment")
            .always("hostNetwork", FALSE, "PSS: host namespaces; CIS 5.2.5")
            .always("hostPID", FALSE, "PSS: host namespaces; CIS 5.2.3")
            .always("hostIPC", FALSE, "PSS: host namespaces; CIS 5.2.4")
            .required("activeDeadlineSeconds", new Rule.Whole(1, 90_000), "Cupel: ends, and keeps its log")
            .required("terminationGracePeriodSeconds", new Rule.Whole(5, 60), "Cupel: time to write the last frame")
            .added("securityContext", POD_SECURITY, JSON.objectNode(), "PSS")
            .required("containers", new Rule.ListOf(1, 1, CONTAINER), "Cupel: one program a Job")
            .optional("volumes", new Rule.ListOf(0, 8, VOLUME))
            .optional("runtimeClassName", NAME)
            // Which, the installation says: PodSettings.
            .optional("nodeSelector", new Rule.MapOf(Pattern.compile(PodSettings.KEY), LABEL))
            .optional("tolerations", new Rule.ListOf(1, 100, TOLERATION))
            .optional(
                    "imagePullSecrets",
                    new Rule.ListOf(
                            1,
                            100,
                            object().required("name", new Rule.Text(DnsName.SUBDOMAIN, "a Secret's name"), "Kubernetes")
                                    .rule()))
            .rule();

    /** A whole Job. */
    public static final Rule JOB = object().always("apiVersion", JSON.textNode("batch/v1"), "Kubernetes")
            .always("kind", JSON.textNode("Job"), "Kubernetes")
            .required(
                    "metadata",
                    object().required("name", NAME, "Kubernetes")
                            .required("namespace", NAME, "Cupel: submit creates Jobs in one namespace")
                            .required("labels", LABELS, "Cupel")
                            .required("annotations", ANNOTATIONS, "Cupel")
                            .rule(),
                    "Kubernetes")
            .required(
                    "spec",
                    object().always("backoffLimit", JSON.numberNode(0), "Cupel: run once")
                            .required(
                                    "ttlSecondsAfterFinished",
                                    new Rule.Whole(60, 604_800),
                                    "Cupel: no Job stays for ever")
                            .required(
                                    "activeDeadlineSeconds",
                                    new Rule.Whole(1, 700_000),
                                    "Cupel: ends even where no pod starts")
                            .optional("suspend", new Rule.Exactly(TRUE))
                            .required(
                                    "template",
                                    object().required(
                                                    "metadata",
                                                    object().required("labels", POD_LABELS, "Cupel")
                                                            .optional("annotations", POD_ANNOTATIONS)
                                                            .rule(),
                                                    "Cupel")
                                            .required("spec", POD, "Kubernetes")
                                            .rule(),
                                    "Kubernetes")
                            .rule(),
                    "Kubernetes")
            .rule();

    private Policy() {}

    /** All that is wrong with a Job, in the order of its fields. */
    static List<Rule.Violation> check(JsonNode job) {
        List<Rule.Violation> found = new java.util.ArrayList<>();
        JOB.check(job, found);
        return found;
    }

    private static ObjectRule object() {
        return new ObjectRule(new LinkedHashMap<>());
    }

    /** Collects the fields of an object, one line a field. */
    private record ObjectRule(Map<String, Rule.Field> fields) {
        /** This value and no other; put in where it is missing. */
        ObjectRule always(String name, JsonNode value, String source) {
            return put(name, new Rule.Field(new Rule.Exactly(value), true, Optional.of(value), source));
        }

        /** Put in where it is missing. */
        ObjectRule added(String name, Rule rule, JsonNode value, String source) {
            return put(name, new Rule.Field(rule, true, Optional.of(value), source));
        }

        ObjectRule required(String name, Rule rule, String source) {
            return put(name, new Rule.Field(rule, true, Optional.empty(), source));
        }

        ObjectRule optional(String name, Rule rule) {
            return put(name, new Rule.Field(rule, false, Optional.empty(), ""));
        }

        private ObjectRule put(String name, Rule.Field field) {
            fields.put(name, field);
            return this;
        }

        Rule rule() {
            return new Rule.Fields(fields);
        }
    }
}
