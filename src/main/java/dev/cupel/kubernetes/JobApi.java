package dev.cupel.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.rejection.Unavailable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What Cupel needs of Kubernetes, in one namespace. Each call throws {@link Unavailable} for what may pass: 429, 5xx,
 * time-outs, a connection that breaks. After that the call may or may not have been carried out, so all of them are safe
 * to repeat.
 */
public interface JobApi {
    /** The label by which a Pod names its Job (since Kubernetes 1.27). */
    String JOB_NAME_LABEL = "batch.kubernetes.io/job-name";

    /** The label by which a Pod says the uid of its Job. */
    String JOB_UID_LABEL = "batch.kubernetes.io/controller-uid";

    /** The namespace of all Jobs here. */
    String namespace();

    /**
     * Creates the Job.
     *
     * @param job one {@code batch/v1} Job; etcd takes about 1.5 MiB an object
     */
    CreateAnswer create(ObjectNode job);

    /** What came of a creation. */
    sealed interface CreateAnswer {
        /** @param job as the server stored it */
        record Created(ObjectNode job) implements CreateAnswer {}

        /** A Job of that name is there. */
        record NameTaken() implements CreateAnswer {}

        /**
         * The server will not have it, now or later.
         *
         * @param message the server's own
         */
        record Refused(String message) implements CreateAnswer {}
    }

    Optional<ObjectNode> findJob(JobName name);

    /** The pods of a Job, the newest last. */
    List<ObjectNode> listPods(JobName name);

    /**
     * The log of a pod's container, byte for byte as the server gives it, to its very end: a log that was cut could hide
     * what tells a forged one. The kubelet bounds its size ({@code containerLogMaxSize}, 10 MiB).
     *
     * @return empty if there is none: no such pod, or its log is gone
     * @throws Unavailable also if it breaks off
     */
    Optional<byte[]> readLog(String pod);

    /** Changes a Job by a JSON merge patch (RFC 7386); false if it is not there. */
    boolean patchJob(JobName name, ObjectNode mergePatch);

    /** Changes a pod by a JSON merge patch (RFC 7386); false if it is not there. */
    boolean patchPod(String pod, ObjectNode mergePatch);

    /** Deletes a Job and its pods; false if it is not there. */
    boolean deleteJob(JobName name);

    /**
     * Jobs of Cupel's whose result is not settled, page by page. The settled ones are left out by the server, so that
     * their number costs nothing here; and of the others no more comes than their metadata and how far they are,
     * however large they are: a thousand that wait in a queue may have a mebibyte each.
     *
     * @param limit the most Jobs in a page
     * @param after the {@link Page#next} of the page before
     * @return each with its metadata; its condition {@code Complete}, {@code Failed} or {@code FailureTarget}, if it
     *     has one; and {@code spec.suspend}, if it is suspended. What else there is of it, {@link #findJob} tells
     */
    Page listUnsettled(int limit, Optional<String> after);

    /**
     * All Jobs of Cupel's that have these labels, in the order of their names, page by page.
     *
     * @param limit the most Jobs in a page
     * @param after the {@link Page#next} of the page before
     * @return each as {@link #listUnsettled} has it
     * @throws dev.cupel.rejection.Rejected {@code InvalidField}, if the server does not know {@code after}, or no longer
     */
    Page listJobs(Map<String, String> labels, int limit, Optional<String> after);

    /**
     * Pods of Jobs in phase {@code Pending}, page by page: no node, no image, or not yet.
     *
     * @param limit the most Pods in a page
     * @param after the {@link Page#next} of the page before
     */
    Page listPending(int limit, Optional<String> after);

    /** The uids of the Jobs that have a Pod in phase {@code Running}. */
    Set<String> listRunning();

    /**
     * Some Jobs or Pods of a list.
     *
     * @param items of a Pod its metadata and status, and of its spec at most {@code nodeName} and {@code
     *     activeDeadlineSeconds}: a page must not hold a hundred programs
     * @param next what to ask for the page that follows; absent if this is the last
     */
    record Page(List<ObjectNode> items, Optional<String> next) {
        public Page {
            items = List.copyOf(items);
        }
    }

    /**
     * Why Jobs have no Pod, all of them at once: one question costs the server as much as all, since it keeps events in the
     * order of their names.
     *
     * @return by the Job's uid, the message of its latest {@code FailedCreate} event
     */
    Map<String, String> listCreateFailures();

    /**
     * Tells of ends from now on, until the watch is closed. What breaks it off does not end it: it goes on where it was,
     * and where it cannot, it begins anew and says so. Throws nothing for what may pass.
     */
    Watch watchEnds(EndListener listener);

    /**
     * The same for whom the ends suffice that Pods tell. May tell of others too: of Jobs that never have a Pod, are deleted
     * before they do, or are taken back by their queue.
     */
    default Watch watchPodEnds(EndListener listener) {
        return watchEnds(listener);
    }

    /** Hears of ends, on threads that it must not hold up. */
    interface EndListener {
        /** The container of a Pod of this Job has ended, or the Job is over or gone. May be told more than once, or early. */
        void mayBeOver(JobName name);

        /** Whatever happens from here on is told; of what happened before, something may not have been. */
        void begins();

        /** Until {@link #goesOn}, what happens is told late. */
        default void breaksOff() {}

        /** What happened since {@link #breaksOff} is about to be told. May be told without it. */
        default void goesOn() {}
    }

    /** Told of no more once it is closed. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
