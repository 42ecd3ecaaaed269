package dev.llmrouter.decide;

/**
 * One step of a decision.
 *
 * @param code what kind of step, for machines ("task", "tier", "premium-when", "evidence", "excluded", "order", ...)
 * @param text what happened, for people; never holds prompt text
 */
public record Reason(String code, String text) {}
