/** The program, and its commands, a room each. */
@NullMarked
package dev.cupel.cli;

import org.jspecify.annotations.NullMarked;
