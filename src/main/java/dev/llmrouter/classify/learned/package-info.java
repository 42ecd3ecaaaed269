/** The learned classifier: labelled examples come in, a model file goes out; later a text comes in and a task with a calibrated confidence goes out. */
@NullMarked
package dev.llmrouter.classify.learned;

import org.jspecify.annotations.NullMarked;
