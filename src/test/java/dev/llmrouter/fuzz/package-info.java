/** Inputs that nobody would send in good faith: seeds go in, changed ones come out and are tried on whatever reads them. */
@NullMarked
package dev.llmrouter.fuzz;

import org.jspecify.annotations.NullMarked;
