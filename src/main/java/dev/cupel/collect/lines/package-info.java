/** A log's lines and bytes, before anyone asks what they mean. */
@NullMarked
package dev.cupel.collect.lines;

import org.jspecify.annotations.NullMarked;
