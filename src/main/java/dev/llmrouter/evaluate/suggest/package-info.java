/** The results of a validation and a policy come in; the cheapest proven tier of each task goes out, and what it saves. */
@NullMarked
package dev.llmrouter.evaluate.suggest;

import org.jspecify.annotations.NullMarked;
