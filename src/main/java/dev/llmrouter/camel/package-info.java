/** The Camel ring: exchanges come in, the other packages are asked, and exchanges go out. */
@NullMarked
package dev.llmrouter.camel;

import org.jspecify.annotations.NullMarked;
