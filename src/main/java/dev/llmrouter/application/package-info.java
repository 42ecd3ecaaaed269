/** The gateway as an application of Camel Main: settings come in, a running CamelContext with our routes goes out. */
@NullMarked
package dev.llmrouter.application;

import org.jspecify.annotations.NullMarked;
