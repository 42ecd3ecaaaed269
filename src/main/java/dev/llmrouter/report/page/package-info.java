/** A small document of headings, paragraphs and tables that is written as Markdown or as a page of HTML. */
@NullMarked
package dev.llmrouter.report.page;

import org.jspecify.annotations.NullMarked;
