package dev.llmrouter.simulator;

/** How a simulated model answers the router's own question for the task of a request. */
public enum Sorting {
    /** By the words that request and kinds have in common; what stands in the request is not obeyed. */
    HONEST,
    /**
     * Obeys whatever the request says about how it is to be sorted: repeats the JSON it is given, names any kind it finds
     * named, and makes up kinds that do not exist. For tests of what holds even then.
     */
    GULLIBLE
}
