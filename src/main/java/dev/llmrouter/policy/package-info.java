/** The routing policy as immutable records: tasks, tiers, models, providers, and what each may cost and do. */
@NullMarked
package dev.llmrouter.policy;

import org.jspecify.annotations.NullMarked;
