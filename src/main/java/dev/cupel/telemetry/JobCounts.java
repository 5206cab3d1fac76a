package dev.cupel.telemetry;

/**
 * How many Jobs there are that have not ended.
 *
 * @param queued those whose Pod does not run: suspended, without a node, or starting
 */
public record JobCounts(int queued, int running) {}
