/** The HTTP client side: a provider call comes in, the provider's reply, whole or as a live stream, goes out. Knows no Camel. */
@NullMarked
package dev.llmrouter.provider;

import org.jspecify.annotations.NullMarked;
