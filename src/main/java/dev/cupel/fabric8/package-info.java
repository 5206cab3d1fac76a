/** The port to Kubernetes by fabric8's client. */
@NullMarked
package dev.cupel.fabric8;

import org.jspecify.annotations.NullMarked;
