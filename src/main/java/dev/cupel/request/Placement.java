package dev.cupel.request;

import java.util.Optional;

/**
 * Where and when a Job runs.
 *
 * @param queue a Kueue LocalQueue
 * @param priorityClass a Kueue WorkloadPriorityClass: what the Job is worth in its queue
 * @param runtimeClass the name of a RuntimeClass, such as {@code gvisor}; the installation says which are allowed
 */
public record Placement(Optional<String> queue, Optional<String> priorityClass, Optional<String> runtimeClass) {}
