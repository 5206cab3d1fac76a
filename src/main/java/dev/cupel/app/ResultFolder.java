package dev.cupel.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventType;
import dev.cupel.collect.Collect;
import dev.cupel.json.CanonicalJson;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.JobReference;
import dev.cupel.rejection.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jboss.logging.Logger;

/** Keeps the results of local mode when their Jobs are gone: a file each, {@code JOB.json}. */
final class ResultFolder {
    private static final Logger LOG = Logger.getLogger(ResultFolder.class);

    private final Path folder;
    private final Collect collect;

    /** @throws StartFault if there is no such folder, and none can be made */
    ResultFolder(Path folder, Collect collect) {
        this.folder = folder;
        this.collect = collect;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            StartFault.raise(
                    List.of("CUPEL_RESULTS (cupel.results): " + folder + " cannot be made: " + e.getMessage()));
        }
    }

    /** Before the broker settles the Job, whose time to live then begins. */
    void keep(Event event) {
        if (!event.context().type().equals(EventType.FINISHED.wireName())) {
            return;
        }
        JobName name = JobReference.name(event.data().path("job_name").asText());
        try {
            JsonNode result =
                    collect.findWhole(name).<JsonNode>map(json -> json).orElse(event.data());
            Path unfinished = Files.createTempFile(folder, ".", ".part");
            Files.write(unfinished, CanonicalJson.compact(result));
            Files.move(unfinished, folder.resolve(name + ".json"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | Unavailable e) {
            LOG.errorf(e, "the result of Job %s is not kept", name);
        }
    }
}
