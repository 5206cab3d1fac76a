/** What stands before every route: who may call, what an event must be, what is logged. */
@NullMarked
package dev.cupel.http.door;

import org.jspecify.annotations.NullMarked;
