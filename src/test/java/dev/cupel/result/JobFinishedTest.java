package dev.cupel.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.result.Content.Base64;
import dev.cupel.result.Content.Text;
import dev.cupel.result.JobFinished.Ending;
import dev.cupel.result.JobFinished.Origin;
import dev.cupel.result.JobFinished.Parts;
import dev.cupel.result.JobFinished.Subject;
import dev.cupel.result.Output.Urls;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobFinishedTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Instant TIME = Instant.parse("2026-11-24T10:00:00Z");

    private final JobFinished success = new JobFinished(
            new Subject("demo-1", "eval-demo-1-5f0c", "crucible", "u-1"),
            new Ending(Reason.COMPLETED, Optional.empty(), ProgramEnd.exited(0)),
            new Output(
                    Capture.EXACT,
                    Optional.of(new StreamOutput(
                            26, "12ab", false, new Text("{\"a\": 1, \"b\": null}\n"), Optional.empty())),
                    Optional.of(new StreamOutput(0, "e3b0", false, new Text(""), Optional.empty())),
                    Urls.NONE),
            Parts.NONE,
            new Timings(
                    Optional.of(TIME),
                    Optional.of(TIME),
                    Optional.of(TIME),
                    Optional.of(TIME),
                    Optional.of(TIME),
                    TIME.plusMillis(5)),
            Optional.of(new Usage(0.04, Optional.of(0.03), Optional.of(13737984L))),
            new Origin(Optional.of(new TemplateRef("python", "sha256:34")), Optional.of("sha256:56"), List.of()));

    @Test
    void isTheContractsExampleFieldByFieldAndInItsOrder() throws JsonProcessingException {
        String expected = """
                {
                  "eval_id": "demo-1", "job_name": "eval-demo-1-5f0c", "namespace": "crucible", "uid": "u-1",
                  "outcome": "success", "reason": "Completed", "message": null,
                  "exit_code": 0, "signal": null,
                  "stdout": {"bytes": 26, "sha256": "12ab", "truncated": false, "text": "{\\"a\\": 1, \\"b\\": null}\\n"},
                  "stderr": {"bytes": 0, "sha256": "e3b0", "truncated": false, "text": ""},
                  "capture": "exact",
                  "timings": {"requested_at": "2026-11-24T10:00:00Z", "submitted_at": "2026-11-24T10:00:00Z", "scheduled_at": "2026-11-24T10:00:00Z",
                    "started_at": "2026-11-24T10:00:00Z", "finished_at": "2026-11-24T10:00:00Z",
                    "collected_at": "2026-11-24T10:00:00.005Z"},
                  "usage": {"wall_seconds": 0.04, "cpu_seconds": 0.03, "max_rss_bytes": 13737984},
                  "template": {"name": "python", "digest": "sha256:34"}, "image_id": "sha256:56"
                }""";

        assertEquals(JSON.readTree(expected).toString(), success.toJson().toString());
    }

    @Test
    void hasNullForWhatIsNotKnown() throws JsonProcessingException {
        JobFinished lost = new JobFinished(
                success.subject(),
                new Ending(Reason.JOB_DELETED, Optional.of("why"), ProgramEnd.NOT_KNOWN),
                new Output(Capture.LOST, Optional.empty(), Optional.empty(), Urls.NONE),
                Parts.NONE,
                new Timings(
                        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), TIME),
                Optional.empty(),
                new Origin(Optional.empty(), Optional.empty(), List.of()));
        String expected = """
                {
                  "eval_id": "demo-1", "job_name": "eval-demo-1-5f0c", "namespace": "crucible", "uid": "u-1",
                  "outcome": "error", "reason": "JobDeleted", "message": "why", "exit_code": null, "signal": null,
                  "stdout": null, "stderr": null, "capture": "lost",
                  "timings": {"requested_at": null, "submitted_at": null, "scheduled_at": null, "started_at": null, "finished_at": null,
                    "collected_at": "2026-11-24T10:00:00Z"},
                  "usage": null, "template": null, "image_id": null
                }""";

        assertEquals(JSON.readTree(expected).toString(), lost.toJson().toString());
    }

    @Test
    void hasTailUrlAndWhatWasNotEnforcedOnlyWhereThereIsAny() throws JsonProcessingException {
        Output output = new Output(
                Capture.EXACT,
                Optional.of(new StreamOutput(9, "12", true, new Base64("/w=="), Optional.of(new Text("z")))),
                Optional.empty(),
                new Urls(Optional.of("http://api/jobs/x/stdout"), Optional.empty()));
        ObjectNode json = new JobFinished(
                        success.subject(),
                        success.ending(),
                        output,
                        Parts.NONE,
                        success.timings(),
                        success.usage(),
                        new Origin(success.origin().template(), success.origin().imageId(), List.of("image", "queue")))
                .toJson();

        assertEquals(
                "{\"bytes\":9,\"sha256\":\"12\",\"truncated\":true,\"base64\":\"/w==\",\"tail\":{\"text\":\"z\"}}",
                json.path("stdout").toString());
        assertEquals("http://api/jobs/x/stdout", json.path("stdout_url").asText());
        assertTrue(json.path("stderr_url").isMissingNode());
        assertEquals("[\"image\",\"queue\"]", json.path("unenforced").toString());
    }
}
