/** What can be seen of Cupel from outside: traces, and numbers. */
@NullMarked
package dev.cupel.telemetry;

import org.jspecify.annotations.NullMarked;
