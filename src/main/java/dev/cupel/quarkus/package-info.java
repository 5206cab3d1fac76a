/** Every workaround for Quarkus, Funqy and Vert.x; docs/developing/upgrading.md says when each may go. */
@NullMarked
package dev.cupel.quarkus;

import org.jspecify.annotations.NullMarked;
