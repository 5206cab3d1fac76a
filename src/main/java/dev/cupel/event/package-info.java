/**
 * The vocabulary: types, reasons, and the data of the events, decoded strictly and encoded exactly. Knows Jackson and
 * nothing else.
 */
@org.jspecify.annotations.NullMarked
package dev.cupel.event;
