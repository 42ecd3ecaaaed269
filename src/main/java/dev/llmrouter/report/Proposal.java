package dev.llmrouter.report;

import dev.llmrouter.evaluate.suggest.Suggestions;

/**
 * Suggestions as the reports show them.
 *
 * @param patch of the policy in unified format; empty if nothing is to be changed
 */
public record Proposal(Suggestions suggestions, String patch) {}
