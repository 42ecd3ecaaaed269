package dev.llmrouter.camel.gateway;

import dev.llmrouter.camel.LlmRouterContext;

/** How large bodies may be, one and all together: what the component says, else what the policies in force allow. */
final class BodyBounds {
    /** What is read, and dropped, of a body where none is expected. In bytes. */
    static final int UNEXPECTED = 4_096;

    /** The largest body where neither the component nor a policy allows more. In bytes. */
    private static final int LEAST = 10_000_000;

    private static final String ADVICE = " Send less, or raise ";

    private final LlmRouterContext router;
    private final int cap;
    private final long together;
    private final long shareOfHeap = Runtime.getRuntime().maxMemory() / 16;
    private final long millis;

    BodyBounds(LlmGatewayComponent component, LlmRouterContext router) {
        this.router = router;
        this.cap = component.getMaxBodyBytes();
        this.together = component.getMaxBodiesBytes();
        this.millis = component.getBodyTimeoutSeconds() * 1_000L;
    }

    /** What holds for a request of this consumer as of now. */
    BodyReader.Limits of(LlmGatewayConsumer consumer) {
        if (!consumer.takesBodies()) {
            return new BodyReader.Limits(UNEXPECTED, millis, " Send none: nothing reads it here.");
        }
        if (together > 0 && together < largest()) { // it would never find room
            return new BodyReader.Limits(
                    (int) together, millis, ADVICE + "camel.component.llm-gateway.max-bodies-bytes.");
        }
        return new BodyReader.Limits(
                largest(),
                millis,
                ADVICE + (cap > 0 ? "camel.component.llm-gateway.max-body-bytes." : "limits.bodySize in the policy."));
    }

    /** What the bodies under way may have together, in bytes. */
    long together() {
        return together > 0 ? together : Math.max(2L * largest(), shareOfHeap);
    }

    private int largest() {
        return cap > 0 ? cap : Math.max(LEAST, router.largestBody());
    }
}
