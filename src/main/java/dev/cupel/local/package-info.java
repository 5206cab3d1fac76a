/**
 * The embedded default: an in-process broker, and a {@link dev.cupel.cluster.JobApi} that runs a Job's container as a
 * process here and keeps Job and Pod objects as a cluster would.
 */
@org.jspecify.annotations.NullMarked
package dev.cupel.local;
