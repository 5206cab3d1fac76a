/** The function that creates a Job, once: {@code rendered} in, {@code submitted} or {@code rejected} out. */
@org.jspecify.annotations.NullMarked
package dev.cupel.submit;
