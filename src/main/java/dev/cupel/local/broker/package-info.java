/** A broker in the process, with what Knative's promises. */
@NullMarked
package dev.cupel.local.broker;

import org.jspecify.annotations.NullMarked;
