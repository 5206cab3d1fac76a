/** Reads the supervisor's frames out of a container's log: which are real, and what the program printed. */
@NullMarked
package dev.cupel.collect.frames;

import org.jspecify.annotations.NullMarked;
