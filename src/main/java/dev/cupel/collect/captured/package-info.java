/** Captured CapturedStream LogCounts LogEvidence LastFrame SignalNames */
@NullMarked
package dev.cupel.collect.captured;

import org.jspecify.annotations.NullMarked;
