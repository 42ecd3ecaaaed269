package dev.llmrouter.evaluate;

/** A line of a data set that could not be used. @param line from 1 @param problem what was found, what is allowed */
public record BadLine(int line, String problem) {}
