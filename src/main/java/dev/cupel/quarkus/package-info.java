/** Adapters to Funqy, to Quarkus' class loading and to Vert.x' sockets; docs/developing/upgrading.md has every workaround. */
@NullMarked
package dev.cupel.quarkus;

import org.jspecify.annotations.NullMarked;
