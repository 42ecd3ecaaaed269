package dev.llmrouter.policy;

/**
 * Names the task of the requests that a condition fits; the first rule that fits wins.
 *
 * @param line line of the policy file where the rule starts, from 1
 */
public record Rule(String id, Condition when, String task, int line) {}
