package dev.cupel.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.JobApi.CreateAnswer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every {@link JobApi} does alike: the fake cluster of the tests, the one of this machine, the one by fabric8's client. */
public abstract class JobApiContract {
    private static final JobName NAME = new JobName("eval-contract");

    protected abstract JobApi jobs();

    /** A Job that every one of them can take: it sleeps for longer than a test takes. */
    public static ObjectNode job(JobName name) {
        ObjectNode job = JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", "batch/v1")
                .put("kind", "Job");
        ObjectNode metadata =
                job.putObject("metadata").put("name", name.value()).put("namespace", "crucible");
        metadata.putObject("labels").put("app.kubernetes.io/managed-by", "cupel");
        metadata.putObject("annotations").put("eval-id", "größe \"1\"").put("created-at", "then");
        ObjectNode spec = job.putObject("spec").put("ttlSecondsAfterFinished", 3600);
        ObjectNode pod = spec.putObject("template").putObject("spec");
        pod.put("activeDeadlineSeconds", 60).put("restartPolicy", "Never").put("terminationGracePeriodSeconds", 5);
        ObjectNode container = pod.putArray("containers").addObject().put("name", "evaluation");
        container.put("image", "sleep").putArray("command").add("sleep").add("60");
        return job;
    }

    private ObjectNode stored() {
        return jobs().findJob(NAME).orElseThrow();
    }

    @Test
    void findsNothingWhereNothingIs() {
        assertEquals(Optional.empty(), jobs().findJob(NAME));
        assertEquals(List.of(), jobs().listPods(NAME));
    }

    @Test
    void givesBackWhatItStoredWithAnIdentityOfItsOwn() {
        CreateAnswer.Created created = assertInstanceOf(CreateAnswer.Created.class, jobs().create(job(NAME)));
        JsonNode metadata = created.job().path("metadata");
        assertFalse(metadata.path("uid").asText().isEmpty());
        Instant.parse(metadata.path("creationTimestamp").asText());
        assertEquals("größe \"1\"", metadata.at("/annotations/eval-id").asText());
        assertEquals(metadata.path("uid"), stored().at("/metadata/uid"));
        assertEquals(
                job(NAME).at("/spec/template/spec/containers/0/command"),
                stored().at("/spec/template/spec/containers/0/command"));
    }

    @Test
    void doesNotTouchTheManifestThatItWasGiven() {
        ObjectNode given = job(NAME);
        jobs().create(given);
        assertEquals(job(NAME), given);
    }

    @Test
    void takesANameOnce() {
        jobs().create(job(NAME));
        JsonNode uid = stored().at("/metadata/uid");
        assertInstanceOf(CreateAnswer.NameTaken.class, jobs().create(job(NAME)));
        assertEquals(uid, stored().at("/metadata/uid"));
    }

    @Test
    void takesOtherNamesBesideIt() {
        jobs().create(job(NAME));
        JobName other = new JobName("eval-contract-2");
        assertInstanceOf(CreateAnswer.Created.class, jobs().create(job(other)));
        assertNotEquals(
                stored().at("/metadata/uid"),
                jobs().findJob(other).orElseThrow().at("/metadata/uid"));
    }

    @Test
    void mergesAPatchIntoAJob() {
        jobs().create(job(NAME));
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata").putObject("annotations").put("cupel.dev/settled", "now");
        patch.putObject("spec").put("ttlSecondsAfterFinished", 300);
        assertTrue(jobs().patchJob(NAME, patch));
        JsonNode annotations = stored().at("/metadata/annotations");
        assertEquals("now", annotations.path("cupel.dev/settled").asText());
        assertEquals("größe \"1\"", annotations.path("eval-id").asText());
        assertEquals(300, stored().at("/spec/ttlSecondsAfterFinished").asInt());
        assertEquals(
                60, stored().at("/spec/template/spec/activeDeadlineSeconds").asInt());
    }

    @Test
    void takesAwayWhatAPatchSetsToNull() {
        jobs().create(job(NAME));
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata").putObject("annotations").putNull("created-at");
        assertTrue(jobs().patchJob(NAME, patch));
        assertFalse(stored().at("/metadata/annotations").has("created-at"));
    }

    @Test
    void saysThatThereIsNothingToChange() {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata").putObject("annotations").put("a", "b");
        assertFalse(jobs().patchJob(NAME, patch));
        assertFalse(jobs().patchPod("eval-contract-none", patch));
        assertFalse(jobs().deleteJob(NAME));
    }

    @Test
    void hasNoLogOfAPodThatIsNotThere() {
        assertEquals(Optional.empty(), jobs().readLog("eval-contract-none"));
    }

    @Test
    void freesTheNameOfADeletedJob() {
        jobs().create(job(NAME));
        JsonNode uid = stored().at("/metadata/uid");
        assertTrue(jobs().deleteJob(NAME));
        assertEquals(Optional.empty(), jobs().findJob(NAME));
        assertInstanceOf(CreateAnswer.Created.class, jobs().create(job(NAME)));
        assertNotEquals(uid, stored().at("/metadata/uid"));
    }

    @Test
    void listsWhatIsNotSettledPageByPage() {
        for (int i = 1; i <= 3; i++) {
            jobs().create(job(new JobName("eval-page-" + i)));
        }
        ObjectNode settled = JsonNodeFactory.instance.objectNode();
        settled.putObject("metadata").putObject("labels").put("cupel.dev/settled", "true");
        jobs().patchJob(new JobName("eval-page-2"), settled);
        JobApi.Page first = jobs().listUnsettled(1, Optional.empty());
        assertEquals(1, first.items().size());
        assertTrue(first.next().isPresent());
        JobApi.Page second = jobs().listUnsettled(1, first.next());
        assertEquals(
                List.of("eval-page-1", "eval-page-3"),
                Stream.of(first, second)
                        .flatMap(page -> page.items().stream())
                        .map(job -> job.at("/metadata/name").asText())
                        .sorted()
                        .toList());
        assertEquals(Optional.empty(), second.next());
    }

    /** Nobody asks: whoever watches is told, and once more where it began too late to be. */
    @Test
    void tellsThoseWhoWatchThatAJobIsGone() throws InterruptedException {
        jobs().create(job(NAME));
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        JobApi.EndListener listener = new JobApi.EndListener() {
            @Override
            public void mayBeOver(JobName name) {
                told.add(name.value());
            }

            @Override
            public void begins() {
                told.add("begins");
            }
        };
        try (JobApi.Watch _ = jobs().watchEnds(listener)) {
            assertEquals("begins", told.poll(10, TimeUnit.SECONDS));
            jobs().deleteJob(NAME);
            assertEquals(NAME.value(), told.poll(10, TimeUnit.SECONDS));
        }
        told.clear();
        try (JobApi.Watch _ = jobs().watchPodEnds(listener)) {
            assertEquals("begins", told.poll(10, TimeUnit.SECONDS));
        }
        told.clear();
        jobs().create(job(NAME));
        jobs().deleteJob(NAME);
        assertNull(told.poll(300, TimeUnit.MILLISECONDS), "it was closed");
    }

    @Test
    void listsJobsByTheirLabelsPageByPage() {
        for (int i = 1; i <= 4; i++) {
            ObjectNode job = job(new JobName("eval-list-" + i));
            ((ObjectNode) job.at("/metadata/labels")).put("team", i == 2 ? "blue" : "red");
            jobs().create(job);
        }
        ObjectNode settled = JsonNodeFactory.instance.objectNode();
        settled.putObject("metadata").putObject("labels").put("cupel.dev/settled", "true");
        jobs().patchJob(new JobName("eval-list-3"), settled);
        JobApi.Page first = jobs().listJobs(Map.of("team", "red"), 2, Optional.empty());
        assertEquals(List.of("eval-list-1", "eval-list-3"), names(first), "settled or not, in order");
        JobApi.Page second = jobs().listJobs(Map.of("team", "red"), 2, first.next());
        assertEquals(List.of("eval-list-4"), names(second));
        assertEquals(Optional.empty(), second.next());
        assertEquals(4, jobs().listJobs(Map.of(), 10, Optional.empty()).items().size());
        assertEquals(List.of(), names(jobs().listJobs(Map.of("team", "green"), 10, Optional.empty())));
    }

    private static List<String> names(JobApi.Page page) {
        return page.items().stream()
                .map(job -> job.at("/metadata/name").asText())
                .toList();
    }

    @Test
    void namesItsNamespace() {
        assertEquals("crucible", jobs().namespace());
    }
}
