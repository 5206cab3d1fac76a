package dev.cupel.fabric8;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cupel.TestTags;
import dev.cupel.http.problem.ProblemStatus;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobApiContract;
import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Unavailable;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(TestTags.SLOW)
class Fabric8JobApiTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static KubernetesClient client(String url) {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
                        .withMasterUrl(url)
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
    }

    /** Against the one fake cluster, which keeps objects as a server does. */
    @Nested
    class Contract extends JobApiContract {
        private final ScriptedApiServer server = new ScriptedApiServer();
        private final KubernetesClient client = client(server.url());

        Contract() throws IOException {}

        @AfterEach
        void stop() {
            client.close();
            server.close();
        }

        @Override
        protected JobApi jobs() {
            return new Fabric8JobApi(client, "crucible", TIMEOUT);
        }
    }

    /** Against a server that answers what a test tells it to, byte for byte. */
    @Nested
    class Told {
        private static final JobName NAME = new JobName("eval-x");
        private static final String JOBS = "/apis/batch/v1/namespaces/crucible/jobs";
        private static final String JOB = JOBS + "/eval-x";
        private static final String LOG = "/api/v1/namespaces/crucible/pods/p/log?container=evaluation";

        @SuppressWarnings("ArrayRecordComponent") // Never compared.
        private record Answer(int status, byte[] body, Duration delay) {}

        private final Map<String, Answer> answers = new ConcurrentHashMap<>();
        private final Map<String, String> accepted = new ConcurrentHashMap<>();
        private final Map<String, String> bodies = new ConcurrentHashMap<>();
        private final HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        private final KubernetesClient client =
                client("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        private final JobApi jobs = new Fabric8JobApi(client, "crucible", TIMEOUT);

        Told() throws IOException {}

        @BeforeEach
        void start() {
            server.createContext("/", this::answer);
            server.start();
        }

        @AfterEach
        void stop() {
            client.close();
            server.stop(0);
        }

        private void answer(HttpExchange exchange) throws IOException {
            String asked = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            Answer answer =
                    answers.getOrDefault(asked, new Answer(418, asked.getBytes(StandardCharsets.UTF_8), Duration.ZERO));
            try (exchange) {
                accepted.put(asked, String.valueOf(exchange.getRequestHeaders().getFirst("Accept")));
                bodies.put(asked, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                Thread.sleep(answer.delay());
                if (answer.status() == 429) {
                    exchange.getResponseHeaders().add("Retry-After", "7");
                }
                exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
                exchange.getResponseBody().write(answer.body());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void tell(String asked, int status, String body) {
            answers.put(asked, new Answer(status, body.getBytes(StandardCharsets.UTF_8), Duration.ZERO));
        }

        private static String status(String reason, String message) {
            return "{\"kind\":\"Status\",\"reason\":\"%s\",\"message\":\"%s\"}".formatted(reason, message);
        }

        /** In the body and not in the query, which a server does not read then; WebhookTest sees that the Pods go. */
        @Test
        void aJobThatIsDeletedTakesItsPodsAlong() {
            tell("DELETE " + JOB, 200, "{}");
            assertTrue(jobs.deleteJob(NAME));
            assertTrue(
                    String.valueOf(bodies.get("DELETE " + JOB)).contains("\"propagationPolicy\":\"Foreground\""),
                    bodies::toString);
        }

        @Test
        void aNameThatIsTakenIsToldSo() {
            tell("POST " + JOBS, 409, status("AlreadyExists", "jobs.batch eval-x already exists"));
            assertInstanceOf(JobApi.CreateAnswer.NameTaken.class, jobs.create(JobApiContract.job(NAME)));
        }

        @Test
        void aRefusalThatIsFinalIsTold() {
            tell("POST " + JOBS, 422, status("Invalid", "spec is odd"));
            var refused = assertInstanceOf(JobApi.CreateAnswer.Refused.class, jobs.create(JobApiContract.job(NAME)));
            assertEquals("spec is odd", refused.message());
        }

        @Test
        void aFullQuotaIsTriedAgain() {
            tell("POST " + JOBS, 403, status("Forbidden", "exceeded quota: jobs, used: 9, limited: 9"));
            Unavailable thrown = assertThrows(Unavailable.class, () -> jobs.create(JobApiContract.job(NAME)));
            assertEquals(503, ProblemStatus.of(thrown));
            assertTrue(String.valueOf(thrown.getMessage()).contains("exceeded quota"), thrown.getMessage());
        }

        @Test
        void podsThatWaitAreAskedForPageByPage() {
            String asked = "GET /api/v1/namespaces/crucible/pods?fieldSelector=status.phase%3DPending"
                    + "&labelSelector=batch.kubernetes.io%2Fjob-name&limit=2";
            tell(asked, 200, """
                {"metadata": {"continue": "a+b"}, "items": [
                  {"metadata": {"name": "p"}, "spec": {"nodeName": "n", "activeDeadlineSeconds": 9, "containers": [{}]}}]}\
                """);
            tell(asked + "&continue=a%2Bb", 200, "{\"metadata\": {}, \"items\": []}");

            JobApi.Page first = jobs.listPending(2, Optional.empty());

            assertEquals(
                    "[{\"metadata\":{\"name\":\"p\"},\"spec\":{\"nodeName\":\"n\",\"activeDeadlineSeconds\":9}}]",
                    first.items().toString());
            assertEquals(List.of(), jobs.listPending(2, first.next()).items());
        }

        @Test
        void ofUnsettledJobsNothingButATableOfMetadataIsAskedFor() {
            String asked = "GET " + JOBS + "?includeObject=Metadata"
                    + "&labelSelector=app.kubernetes.io%2Fmanaged-by%3Dcupel%2C%21cupel.dev%2Fsettled&limit=500";
            tell(asked, 200, """
                {"kind": "Table", "metadata": {"continue": "c"}, "columnDefinitions": [{"name": "Name"}, {"name": "Status"}],
                 "rows": [{"cells": ["a", "Suspended"], "object": {"metadata": {"name": "a"}}}]}\
                """);

            JobApi.Page page = jobs.listUnsettled(500, Optional.empty());

            assertEquals(
                    "[{\"metadata\":{\"name\":\"a\"},\"spec\":{\"suspend\":true}}]",
                    page.items().toString());
            assertEquals(Optional.of("c"), page.next());
            assertEquals("application/json;as=Table;g=meta.k8s.io;v=v1", accepted.get(asked));
        }

        @Test
        void aListThatTheServerHasForgottenIsTheAskersToBeginAgain() {
            String asked = "GET " + JOBS + "?includeObject=Metadata"
                    + "&labelSelector=app%3Devaluation%2Capp.kubernetes.io%2Fmanaged-by%3Dcupel&limit=2&continue=old";
            for (int status : new int[] {400, 410}) {
                tell(
                        asked,
                        status,
                        "{\"kind\": \"Status\", \"message\": \"The provided continue parameter is too old\"}");
                Rejected rejected = assertThrows(
                        Rejected.class, () -> jobs.listJobs(Map.of("app", "evaluation"), 2, Optional.of("old")));
                assertEquals("/continue", rejected.field());
            }
        }

        @Test
        void aServerWhoseTableDoesNotTellTheStatusIsToldSo() {
            String asked = "GET " + JOBS + "?includeObject=Metadata"
                    + "&labelSelector=app.kubernetes.io%2Fmanaged-by%3Dcupel%2C%21cupel.dev%2Fsettled&limit=500";
            tell(asked, 200, """
                {"kind": "Table", "metadata": {}, "columnDefinitions": [{"name": "Name"}],
                 "rows": [{"cells": ["a"], "object": {"metadata": {"name": "a"}}}]}\
                """);

            assertUnavailable("does not tell a Job's status", () -> jobs.listUnsettled(500, Optional.empty()));
        }

        @Test
        void ofRunningPodsNothingButTheirMetadataIsAskedFor() {
            String asked = "GET /api/v1/namespaces/crucible/pods?fieldSelector=status.phase%3DRunning"
                    + "&labelSelector=batch.kubernetes.io%2Fcontroller-uid&limit=500";
            String pod = "{\"metadata\": {\"labels\": {\"batch.kubernetes.io/controller-uid\": \"%s\"}}}";
            tell(asked, 200, "{\"metadata\": {\"continue\": \"c\"}, \"items\": [" + pod.formatted("u") + "]}");
            tell(asked + "&continue=c", 200, "{\"metadata\": {}, \"items\": [" + pod.formatted("v") + "]}");

            assertEquals(Set.of("u", "v"), jobs.listRunning());
            assertEquals("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1", accepted.get(asked));
        }

        @Test
        void whyJobsHaveNoPodIsTheLatestEventOfEachOnWhicheverPage() {
            String asked = "GET /api/v1/namespaces/crucible/events?fieldSelector="
                    + "reason%3DFailedCreate%2CinvolvedObject.kind%3DJob&limit=500";
            String event = "{\"involvedObject\": {\"uid\": \"%s\"}, \"message\": \"%s\", \"lastTimestamp\":"
                    + " \"2026-11-24T10:00:0%dZ\"}";
            tell(
                    asked,
                    200,
                    "{\"metadata\": {\"continue\": \"c\"}, \"items\": [" + event.formatted("u", "last", 3) + ","
                            + event.formatted("v", "first", 1) + "]}");
            tell(
                    asked + "&continue=c",
                    200,
                    "{\"metadata\": {}, \"items\": [" + event.formatted("u", "old", 2) + ","
                            + event.formatted("v", "then", 2) + "]}");

            assertEquals(Map.of("u", "last", "v", "then"), jobs.listCreateFailures());
        }

        @Test
        void aServerThatThrottlesSaysForHowLong() {
            tell("GET " + JOB, 429, "{}");
            Unavailable thrown = assertThrows(Unavailable.class, () -> jobs.findJob(NAME));
            assertEquals(429, ProblemStatus.of(thrown));
            assertEquals(Optional.of(Duration.ofSeconds(7)), thrown.retryAfter());
        }

        @Test
        void aServerThatIsIllIsTriedAgainLater() {
            tell("GET " + JOB, 500, "oh");
            tell("PATCH " + JOB, 503, "oh");
            tell("DELETE " + JOB, 502, "oh");
            assertUnavailable("500", () -> jobs.findJob(NAME));
            assertUnavailable("503", () -> jobs.patchJob(NAME, JsonNodeFactory.instance.objectNode()));
            assertUnavailable("502", () -> jobs.deleteJob(NAME));
        }

        private static void assertUnavailable(String word, org.junit.jupiter.api.function.Executable call) {
            Unavailable thrown = assertThrows(Unavailable.class, call);
            assertTrue(String.valueOf(thrown.getMessage()).contains(word), thrown.getMessage());
        }

        @Test
        void anAnswerThatBreaksOffIsNoObject() {
            tell("GET " + JOB, 200, "{\"kind\":\"Jo");
            assertUnavailable("broke off", () -> jobs.findJob(NAME));
            tell("GET " + JOB, 200, "[]");
            assertUnavailable("no object", () -> jobs.findJob(NAME));
        }

        @Test
        void aMissingRightIsNoMissingJob() {
            tell("GET " + JOB, 403, status("Forbidden", "no right"));
            assertUnavailable("no right", () -> jobs.findJob(NAME));
        }

        @Test
        void aLogComesAsTheBytesThatItIs() {
            byte[] log = {'a', '\r', '\n', 0, (byte) 0xFF, (byte) 0xC3};
            answers.put("GET " + LOG, new Answer(200, log, Duration.ZERO));
            assertArrayEquals(log, jobs.readLog("p").orElseThrow());
        }

        @Test
        void anEmptyLogIsALog() {
            answers.put("GET " + LOG, new Answer(200, new byte[0], Duration.ZERO));
            assertEquals(0, jobs.readLog("p").orElseThrow().length);
        }

        @Test
        void aContainerThatHasNotStartedHasNoLog() {
            tell("GET " + LOG, 400, status("BadRequest", "waiting to start"));
            assertEquals(Optional.empty(), jobs.readLog("p"));
        }

        @Test
        void aPodThatIsGoneHasNoLog() {
            tell("GET " + LOG, 404, status("NotFound", "pods p not found"));
            assertEquals(Optional.empty(), jobs.readLog("p"));
        }

        @Test
        void aLogThatCannotBeReadNowIsNoMissingLog() {
            tell("GET " + LOG, 500, "oh");
            assertUnavailable("500", () -> jobs.readLog("p"));
        }

        @Test
        void podsComeOldestFirst() {
            tell(
                    "GET /api/v1/namespaces/crucible/pods?labelSelector=batch.kubernetes.io%2Fjob-name%3Deval-x",
                    200,
                    "{\"items\":[{\"metadata\":{\"name\":\"b\",\"creationTimestamp\":\"2026-01-02T00:00:00Z\"}},"
                            + "{\"metadata\":{\"name\":\"a\",\"creationTimestamp\":\"2026-01-01T00:00:00Z\"}}]}");
            List<String> names = jobs.listPods(NAME).stream()
                    .map(pod -> pod.at("/metadata/name").asText())
                    .toList();
            assertEquals(List.of("a", "b"), names);
        }

        @Test
        void aServerThatDoesNotAnswerIsNotWaitedFor() {
            answers.put("GET " + JOB, new Answer(200, "{}".getBytes(StandardCharsets.UTF_8), Duration.ofSeconds(4)));
            long from = System.nanoTime();
            JobApi hasty = new Fabric8JobApi(client, "crucible", Duration.ofMillis(300));
            assertThrows(Unavailable.class, () -> hasty.findJob(NAME));
            assertTrue(System.nanoTime() - from < 3_000_000_000L);
        }

        @Test
        void aServerThatIsGoneIsUnavailable() {
            server.stop(0);
            assertUnavailable("cannot be reached", () -> jobs.findJob(NAME));
        }
    }
}
