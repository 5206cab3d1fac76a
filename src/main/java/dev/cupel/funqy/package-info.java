/** Between Funqy's CloudEvents and ours; the one place, beside the functions, that knows Funqy's types. */
@org.jspecify.annotations.NullMarked
package dev.cupel.funqy;
