/** The HTTP server side: requests come in and become exchanges, answers and streams go out; and the pages of operations. */
@NullMarked
package dev.llmrouter.camel.gateway;

import org.jspecify.annotations.NullMarked;
