/** A manifest as YAML: how it is written, and where in the text its parts stand. */
@NullMarked
package dev.cupel.yaml;

import org.jspecify.annotations.NullMarked;
