/** Validation as routes: a data set and options in, questions to models by the way, a verdict with its reports out. */
@NullMarked
package dev.llmrouter.camel.validate;

import org.jspecify.annotations.NullMarked;
