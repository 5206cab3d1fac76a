/** The command line. */
@NullMarked
package dev.cupel.cli;

import org.jspecify.annotations.NullMarked;
