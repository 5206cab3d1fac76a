/** {@code cupel batch}: many requests to many results. */
@NullMarked
package dev.cupel.cli.batch;

import org.jspecify.annotations.NullMarked;
