/** Steps of the Kamelet llm-audit-source: the ledger of the context in, alarms or audits as messages out. */
@NullMarked
package dev.llmrouter.camel.drift;

import org.jspecify.annotations.NullMarked;
