package dev.llmrouter.policy.load;

import java.util.Set;

/** The names that a policy declares. */
record Names(Set<String> providers, Set<String> models, Set<String> tiers, Set<String> tasks) {}
