/** Tests against a real cluster with Knative and Cupel on it, through its API server; nothing in them is mocked. */
@NullMarked
package dev.cupel.cluster.lab;

import org.jspecify.annotations.NullMarked;
