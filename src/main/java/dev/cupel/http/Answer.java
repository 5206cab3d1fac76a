package dev.cupel.http;

import com.fasterxml.jackson.databind.JsonNode;

/** What a caller of {@link WaitingRuns} is answered. */
public record Answer(int status, JsonNode json) {}
