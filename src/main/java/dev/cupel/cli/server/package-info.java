/** Commands that call a server: {@code submit}, {@code get}, {@code logs}, {@code cancel}. */
@NullMarked
package dev.cupel.cli.server;

import org.jspecify.annotations.NullMarked;
