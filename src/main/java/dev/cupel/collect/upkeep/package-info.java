/** Acts on Jobs that are not over by themselves: settles, cancels, sweeps, ends those that never start. */
@NullMarked
package dev.cupel.collect.upkeep;

import org.jspecify.annotations.NullMarked;
