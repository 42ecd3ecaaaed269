/** Sums of a ledger by day in; what has changed against the weeks before, at a stated rate of false alarms, out. */
@NullMarked
package dev.llmrouter.audit.drift;

import org.jspecify.annotations.NullMarked;
