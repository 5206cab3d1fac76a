/** The HTTP calls. */
@NullMarked
package dev.cupel.http;

import org.jspecify.annotations.NullMarked;
