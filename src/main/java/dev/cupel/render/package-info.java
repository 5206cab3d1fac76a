/** The function that makes a manifest of a request: {@code requested} in, {@code rendered} or {@code rejected} out. */
@org.jspecify.annotations.NullMarked
package dev.cupel.render;
