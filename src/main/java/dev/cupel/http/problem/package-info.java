/** Problem documents (RFC 9457) of whatever went wrong. */
@NullMarked
package dev.cupel.http.problem;

import org.jspecify.annotations.NullMarked;
