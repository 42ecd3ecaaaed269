/** Data sets and recorded answers come in; scores, paired comparisons, verdicts and evidence go out. */
@NullMarked
package dev.llmrouter.evaluate;

import org.jspecify.annotations.NullMarked;
