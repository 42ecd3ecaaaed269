/**
 * The heart in plain Java: a caller's body comes in and goes through receive, describe, classify, decide, dispatch and
 * verify; each step's result holds the one before, and a record of the whole goes out.
 */
@NullMarked
package dev.llmrouter.route;

import org.jspecify.annotations.NullMarked;
