/** How a run ended: the data of {@code finished}. */
@NullMarked
package dev.cupel.result;

import org.jspecify.annotations.NullMarked;
