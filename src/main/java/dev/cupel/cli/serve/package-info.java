/** {@code cupel serve}: the functions and the HTTP calls. */
@NullMarked
package dev.cupel.cli.serve;

import org.jspecify.annotations.NullMarked;
