/** Keeps what happened: a finished request comes in, a {@code RequestRecord} goes out to the log and the meters. */
@NullMarked
package dev.llmrouter.record;

import org.jspecify.annotations.NullMarked;
