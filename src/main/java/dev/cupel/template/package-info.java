/** Templates: their files, declarations and placeholders, read strictly. */
@NullMarked
package dev.cupel.template;

import org.jspecify.annotations.NullMarked;
