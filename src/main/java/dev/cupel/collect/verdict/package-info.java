/** Judges how a run ended, from what was observed and captured. */
@NullMarked
package dev.cupel.collect.verdict;

import org.jspecify.annotations.NullMarked;
