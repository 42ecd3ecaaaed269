/** Folders of work: files of requests in, files of answers out, line by line, so that a crash costs nothing twice. */
@NullMarked
package dev.llmrouter.camel.files;

import org.jspecify.annotations.NullMarked;
