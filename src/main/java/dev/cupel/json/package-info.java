/** Bytes and JSON: strict decoding, canonical writing (RFC 8785), digests. */
@NullMarked
package dev.cupel.json;

import org.jspecify.annotations.NullMarked;
