package dev.llmrouter.provider;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;

/** Which event loop works on what. */
public final class Loops {
    private Loops() {}

    /** The event loop that is running this, or else one of {@code vertx}'s. */
    public static Context of(Vertx vertx) {
        Context current = Vertx.currentContext();
        return current != null && current.isEventLoopContext() && current.owner() == vertx
                ? current
                : ((VertxInternal) vertx).createEventLoopContext();
    }

    /** Runs it now if this is the context's event loop, else there. */
    public static void run(Context context, Runnable action) {
        if (Vertx.currentContext() == context && Context.isOnEventLoopThread()) {
            action.run();
        } else {
            context.runOnContext(nothing -> action.run());
        }
    }
}
