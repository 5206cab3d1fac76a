/** The numbers as Prometheus reads them. */
@NullMarked
package dev.cupel.telemetry.meters;

import org.jspecify.annotations.NullMarked;
