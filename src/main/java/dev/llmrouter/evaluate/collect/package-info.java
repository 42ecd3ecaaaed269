/** Evidence that accumulates: scores of live pairs in, what they prove so far out. */
@NullMarked
package dev.llmrouter.evaluate.collect;

import org.jspecify.annotations.NullMarked;
