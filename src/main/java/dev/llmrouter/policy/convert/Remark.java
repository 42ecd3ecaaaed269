package dev.llmrouter.policy.convert;

/**
 * What of another configuration has no counterpart in a policy, or has one that works otherwise.
 *
 * @param line in the other configuration, from 1
 * @param path of the setting in it
 * @param text what became of it, and what to do
 */
public record Remark(int line, String path, String text) {}
