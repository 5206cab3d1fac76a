/** What is at the other end of standard input, output and error, and the colours that a person sees there. */
@NullMarked
package dev.cupel.terminal;

import org.jspecify.annotations.NullMarked;
