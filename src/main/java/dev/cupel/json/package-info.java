/** Bytes and JSON: decoded strictly, written canonically (RFC 8785), digested. */
@NullMarked
package dev.cupel.json;

import org.jspecify.annotations.NullMarked;
