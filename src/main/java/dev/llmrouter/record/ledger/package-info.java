/** The ledger: records and feedback come in, rows of a database go out, and sums for audits come back. No prompt text. */
@NullMarked
package dev.llmrouter.record.ledger;

import org.jspecify.annotations.NullMarked;
