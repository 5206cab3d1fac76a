/** CloudEvents 1.0 by the HTTP protocol binding: binary and structured mode. */
@NullMarked
package dev.cupel.cloudevents;

import org.jspecify.annotations.NullMarked;
