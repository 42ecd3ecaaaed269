/** Carries a decision out: a {@code Decision} and its {@code ChatRequest} come in, attempts are made in order, a {@code ProviderReply} goes out. */
@NullMarked
package dev.llmrouter.dispatch;

import org.jspecify.annotations.NullMarked;
