package dev.llmrouter.provider;

import dev.llmrouter.dispatch.ProviderException;

/** What becomes of the body of an answer whose head has come. All of it runs on the call's event loop. */
interface BodyPhase {
    /** More of the body has come. */
    void bytes(byte[] bytes);

    /** The body has ended in an orderly way. */
    void end();

    /** The connection broke before that. */
    void broken(Throwable cause);

    /** The call's time limit has passed; not the request's deadline, unless the body {@link #isFinished}. */
    void due();

    /** Whether nothing but usage and the connection's end is awaited, so that the request's deadline is no failure. */
    default boolean isFinished() {
        return false;
    }

    /** Whether the outcome stands, and what comes now changes nothing. */
    default boolean isSettled() {
        return false;
    }

    /** A failure after the answer was handed over. */
    default void fail(ProviderException failure) {}

    /** The caller has gone after the answer was handed over. */
    default void leave(ProviderException gone) {}
}
