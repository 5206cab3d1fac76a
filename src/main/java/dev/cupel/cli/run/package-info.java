/** {@code cupel run}: one program on this machine. */
@NullMarked
package dev.cupel.cli.run;

import org.jspecify.annotations.NullMarked;
