/**
 * From a Job that has ended to its result: the sealed frames of its log, the verdict, the result. Knows {@code event},
 * Kubernetes objects as JSON trees, and no cluster.
 */
@org.jspecify.annotations.NullMarked
package dev.cupel.collect;
