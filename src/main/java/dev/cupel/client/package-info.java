/** Calls to a Cupel that serves somewhere else. */
@NullMarked
package dev.cupel.client;

import org.jspecify.annotations.NullMarked;
