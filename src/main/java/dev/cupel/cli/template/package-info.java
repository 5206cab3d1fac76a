/** Commands about templates, which run nothing: {@code render}, {@code lint}. */
@NullMarked
package dev.cupel.cli.template;

import org.jspecify.annotations.NullMarked;
