/** What a log and a container's end gave: the output, how exact it is, and what the supervisor said last. */
@NullMarked
package dev.cupel.collect.captured;

import org.jspecify.annotations.NullMarked;
