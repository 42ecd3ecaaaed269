/** Pairs of the ledger and evidence of a policy in; where each collected route stands out, and proofs of it. */
@NullMarked
package dev.llmrouter.audit.collect;

import org.jspecify.annotations.NullMarked;
