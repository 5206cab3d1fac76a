/** Reads the supervisor's sealed frames from a log, and what a container's end says. */
@NullMarked
package dev.cupel.collect.frames;

import org.jspecify.annotations.NullMarked;
