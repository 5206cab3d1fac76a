/** A Job and its Pods as the API server tells of them. */
@NullMarked
package dev.cupel.collect.observed;

import org.jspecify.annotations.NullMarked;
