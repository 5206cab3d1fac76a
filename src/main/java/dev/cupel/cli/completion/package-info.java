/** {@code cupel completion}: what a shell offers when Tab is pressed. */
@NullMarked
package dev.cupel.cli.completion;

import org.jspecify.annotations.NullMarked;
