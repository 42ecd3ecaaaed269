/** Names the task: a {@code ChatRequest} comes in, its {@code Characteristics} and a {@code Classification} go out. */
@NullMarked
package dev.llmrouter.classify;

import org.jspecify.annotations.NullMarked;
