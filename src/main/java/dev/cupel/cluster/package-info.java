/**
 * The one port to Kubernetes, {@link dev.cupel.cluster.JobApi}, and its adapter by fabric8's client. Objects pass as JSON
 * trees, as the API server says them; fabric8's types stay inside the {@code Fabric8…} classes.
 */
@org.jspecify.annotations.NullMarked
package dev.cupel.cluster;
