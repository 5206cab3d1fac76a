/** Shows what lint found: to people, as JSON, as SARIF. */
@NullMarked
package dev.cupel.lint.report;

import org.jspecify.annotations.NullMarked;
