/** Chooses who serves a request: policy, classification, characteristics and health come in, a {@code Decision} with its reasons goes out. */
@NullMarked
package dev.llmrouter.decide;

import org.jspecify.annotations.NullMarked;
