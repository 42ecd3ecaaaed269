/** Asks a model which task a request is: a policy and a text come in, a prompt goes out; its answer comes in, a task goes out. */
@NullMarked
package dev.llmrouter.classify.llm;

import org.jspecify.annotations.NullMarked;
