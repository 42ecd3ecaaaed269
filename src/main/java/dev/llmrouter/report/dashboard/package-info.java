/** The dashboard: what is routed where now, what it saves, and how good it is, as one page of HTML. */
@NullMarked
package dev.llmrouter.report.dashboard;

import org.jspecify.annotations.NullMarked;
