/** Turns the end of a Job into its result. */
@NullMarked
package dev.cupel.collect;

import org.jspecify.annotations.NullMarked;
