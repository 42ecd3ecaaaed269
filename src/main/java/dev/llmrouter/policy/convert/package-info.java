/** Configurations of other gateways come in, the text of a policy and a list of what has no counterpart go out. */
@NullMarked
package dev.llmrouter.policy.convert;

import org.jspecify.annotations.NullMarked;
