/** Many requests to many results: lines in, lines out, to be resumed. */
@NullMarked
package dev.cupel.batch;

import org.jspecify.annotations.NullMarked;
