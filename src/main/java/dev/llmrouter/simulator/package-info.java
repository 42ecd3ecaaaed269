/**
 * Stands in for providers: requests come in, plausible answers, faults and an exact bill go out; in process, or over
 * HTTP in the wire formats of OpenAI, Anthropic and Gemini. Named as a simulator wherever its answers appear.
 */
@NullMarked
package dev.llmrouter.simulator;

import org.jspecify.annotations.NullMarked;
