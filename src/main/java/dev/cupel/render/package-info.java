/** Makes a hardened Job of a request and a template. */
@NullMarked
package dev.cupel.render;

import org.jspecify.annotations.NullMarked;
