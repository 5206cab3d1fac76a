/** What several commands share. */
@NullMarked
package dev.cupel.cli.common;

import org.jspecify.annotations.NullMarked;
