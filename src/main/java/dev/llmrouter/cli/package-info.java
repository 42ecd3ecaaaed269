/** The commands: arguments come in, results go to standard output, progress and faults to standard error, and an exit code. */
@NullMarked
package dev.llmrouter.cli;

import org.jspecify.annotations.NullMarked;
