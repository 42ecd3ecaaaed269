/** Looks back on what was routed: sums of the ledger come in, an audit with figures, alarms and advice goes out. */
@NullMarked
package dev.llmrouter.audit;

import org.jspecify.annotations.NullMarked;
