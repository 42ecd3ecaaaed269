/** A YAML file comes in, an immutable {@code RoutingPolicy} or the list of everything wrong with it goes out. */
@NullMarked
package dev.llmrouter.policy.load;

import org.jspecify.annotations.NullMarked;
