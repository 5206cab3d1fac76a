/** Cupel: untrusted programs as Kubernetes Jobs. Each folder below says in its own {@code package-info} what lives in it. */
@org.jspecify.annotations.NullMarked
package dev.cupel;
