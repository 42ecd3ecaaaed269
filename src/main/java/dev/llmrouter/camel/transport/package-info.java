/** The gateway's transport: HTTP requests come in and become exchanges, calls to providers go out; nothing blocks an event loop. */
@NullMarked
package dev.llmrouter.camel.transport;

import org.jspecify.annotations.NullMarked;
