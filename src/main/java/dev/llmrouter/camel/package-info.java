/** What makes it native to Camel: components, processors, the load balancer, constants, and the state that the routes of one context share. */
@NullMarked
package dev.llmrouter.camel;

import org.jspecify.annotations.NullMarked;
