/** What a Job may hold, field by field: applied by render, enforced again by submit. */
@NullMarked
package dev.cupel.policy;

import org.jspecify.annotations.NullMarked;
