/** Tells all that is wrong with a template, before anybody asks for it. */
@NullMarked
package dev.cupel.lint;

import org.jspecify.annotations.NullMarked;
