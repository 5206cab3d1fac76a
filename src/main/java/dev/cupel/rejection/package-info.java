/** Why a request or an event is refused, in words that say what, where and what to do. */
@NullMarked
package dev.cupel.rejection;

import org.jspecify.annotations.NullMarked;
