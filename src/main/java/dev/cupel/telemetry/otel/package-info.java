/** Traces and numbers by OpenTelemetry. Nothing of it is read into a process that has no endpoint to send to. */
@NullMarked
package dev.cupel.telemetry.otel;

import org.jspecify.annotations.NullMarked;
