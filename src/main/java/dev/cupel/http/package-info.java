/** The HTTP side: the gate before the functions, the calls of the contract, and problems (RFC 9457). */
@org.jspecify.annotations.NullMarked
package dev.cupel.http;
