package dev.llmrouter.dispatch;

import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.Permit;

/**
 * A call that is under way.
 *
 * @param startNanos when it began, by the dispatch's clock
 */
record Running(Candidate candidate, Permit permit, long startNanos) {}
