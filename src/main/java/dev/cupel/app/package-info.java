/** Settings, checks at the start, and the wiring of all parts. */
@NullMarked
package dev.cupel.app;

import org.jspecify.annotations.NullMarked;
