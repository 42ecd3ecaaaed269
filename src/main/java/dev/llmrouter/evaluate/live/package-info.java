/** Examples without a recorded answer come in; paid answers, kept in a journal under a spending cap, go out. */
@NullMarked
package dev.llmrouter.evaluate.live;

import org.jspecify.annotations.NullMarked;
