/** One shape for every request and reply: bytes of some dialect come in, {@code ChatRequest} and {@code ChatReply} go out, and back. */
@NullMarked
package dev.llmrouter.chat;

import org.jspecify.annotations.NullMarked;
