/** The gateway as a Spring Boot application: settings come in, a running CamelContext with our routes goes out. */
@NullMarked
package dev.llmrouter.boot;

import org.jspecify.annotations.NullMarked;
