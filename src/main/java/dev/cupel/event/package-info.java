/**
 * The vocabulary: events, their data, reasons and the values they hold, decoded strictly and encoded exactly. Depends on
 * Jackson alone.
 */
@org.jspecify.annotations.NullMarked
package dev.cupel.event;
