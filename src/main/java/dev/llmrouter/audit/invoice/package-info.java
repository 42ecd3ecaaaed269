/** A provider's usage export and a ledger in; where they differ, and why that may be, out. */
@NullMarked
package dev.llmrouter.audit.invoice;

import org.jspecify.annotations.NullMarked;
