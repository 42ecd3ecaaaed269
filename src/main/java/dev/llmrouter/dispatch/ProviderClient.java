package dev.llmrouter.dispatch;

/** Calls a provider without blocking. Implementations are safe for use by many threads. */
public interface ProviderClient {
    /**
     * Starts one attempt; {@code callback} is called exactly once, on any thread.
     *
     * <p>The head of a stream (its first content, or its failure) is read before success is declared. Timeouts are the
     * provider's ({@code policy.Timeouts}), bounded by the call's deadline.
     */
    void call(ProviderCall call, Callback callback);

    /** Takes the outcome. */
    interface Callback {
        void replied(ProviderReply reply);

        void failed(ProviderException failure);
    }
}
