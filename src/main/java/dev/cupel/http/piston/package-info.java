/** {@code /api/v2/execute} and {@code /api/v2/runtimes} as Piston answers them, on top of the public parts. */
@NullMarked
package dev.cupel.http.piston;

import org.jspecify.annotations.NullMarked;
