/** The seed note's other two ways to build a Job: a dynamic tree, and the typed object API. */
@NullMarked
package dev.cupel.strategies;

import org.jspecify.annotations.NullMarked;
