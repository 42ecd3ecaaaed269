/** Predicts for a single input how much more a stronger model is worth than a cheaper one, and proves how many inputs the cheaper one may serve. */
@NullMarked
package dev.llmrouter.classify.gate;

import org.jspecify.annotations.NullMarked;
