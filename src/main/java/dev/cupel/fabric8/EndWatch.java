package dev.cupel.fabric8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.InvalidValue;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A watch of Pods, which know the end first, and maybe one of Jobs, for the ends that only they know: never started,
 * deleted, taken back by a queue. Says which Jobs are worth a look, and passes over what says that they go on.
 */
final class EndWatch implements JobApi.Watch {
    /** Of Pods in any phase: one whose program is quick is Pending until its container has ended, and after that. */
    static final String ROWS = "?includeObject=Metadata&labelSelector=";

    private static final String DELETED = "DELETED";
    private static final Set<String> POD_GOES_ON =
            Set.of("Running", "Pending", "ContainerCreating", "PodInitializing", "SchedulingGated");
    private static final Set<String> JOB_GOES_ON = Set.of("Running", "Suspended");

    private final JobApi.EndListener listener;
    private final List<TableWatch> watches;
    private final AtomicInteger toBegin;
    private final Set<Half> broken = new HashSet<>();

    /** Makes a watch that is not started yet. */
    interface Maker extends Function<TableWatch.Changes, TableWatch> {}

    private EndWatch(JobApi.EndListener listener, Maker ofPods, Optional<Maker> ofJobs) {
        this.listener = listener;
        this.watches = Stream.concat(
                        Stream.of(ofPods.apply(new Pods())), ofJobs.stream().map(maker -> maker.apply(new Jobs())))
                .toList();
        this.toBegin = new AtomicInteger(watches.size());
    }

    static EndWatch ofPodsAndJobs(JobApi.EndListener listener, Maker ofPods, Maker ofJobs) {
        return start(new EndWatch(listener, ofPods, Optional.of(ofJobs)));
    }

    static EndWatch ofPods(JobApi.EndListener listener, Maker ofPods) {
        return start(new EndWatch(listener, ofPods, Optional.empty()));
    }

    private static EndWatch start(EndWatch watch) {
        watch.watches.forEach(TableWatch::start);
        return watch;
    }

    @Override
    public void close() {
        watches.forEach(TableWatch::close);
    }

    /** Once all are there; after that, whenever one had to begin anew. */
    private void begins() {
        if (toBegin.updateAndGet(left -> Math.max(0, left - 1)) == 0) {
            listener.begins();
        }
    }

    private synchronized void broken(Half half) {
        if (broken.add(half)) {
            listener.breaksOff();
        }
    }

    private synchronized void connected(Half half) {
        broken.remove(half);
        if (broken.isEmpty()) {
            listener.goesOn();
        }
    }

    private void tell(String name) {
        try {
            listener.mayBeOver(new JobName(name));
        } catch (InvalidValue e) {
            // Of no Job of ours: nobody waits for it.
        }
    }

    /** What the watches of Pods and of Jobs have in common. */
    private abstract class Half implements TableWatch.Changes {
        @Override
        public final void begin() {
            begins();
        }

        @Override
        public final void connected() {
            EndWatch.this.connected(this);
        }

        @Override
        public final void brokenOff() {
            EndWatch.this.broken(this);
        }
    }

    /** A Pod's printed status is its container's, as soon as that has ended. */
    private final class Pods extends Half {
        @Override
        public void changed(String type, JsonNode metadata, String status) {
            boolean goesOn = POD_GOES_ON.contains(status) || status.startsWith("Init:");
            if (type.equals(DELETED) || !goesOn) {
                tell(metadata.path("labels").path(JobApi.JOB_NAME_LABEL).asText());
            }
        }
    }

    private final class Jobs extends Half {
        @Override
        public void changed(String type, JsonNode metadata, String status) {
            // What was taken back by its queue never ends by itself.
            boolean isWithdrawn = Stream.of(CupelMetadata.PREEMPTED, CupelMetadata.NOT_STARTED)
                    .anyMatch(metadata.path("annotations")::has);
            if (type.equals(DELETED) || isWithdrawn || !JOB_GOES_ON.contains(status)) {
                tell(metadata.path("name").asText());
            }
        }
    }
}
