/** {@code /run_code} as SandboxFusion answers it, on top of the public parts. */
@NullMarked
package dev.cupel.http.runcode;

import org.jspecify.annotations.NullMarked;
