/** Results come in; pages for people (HTML, Markdown) and data for programs (JSON) go out. */
@NullMarked
package dev.llmrouter.report;

import org.jspecify.annotations.NullMarked;
