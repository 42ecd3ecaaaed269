package dev.llmrouter.provider;

/** Where an attempt's answer comes from. Called on the attempt's event loop only. */
interface Connection {
    /** No more bytes until {@link #resume()}; a bounded number may still be under way. */
    void pause();

    void resume();

    /** Gives it up at once, so that the provider stops working. May be called several times. */
    void abort();
}
