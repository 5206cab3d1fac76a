/** Creates a Job, once. */
@NullMarked
package dev.cupel.submit;

import org.jspecify.annotations.NullMarked;
