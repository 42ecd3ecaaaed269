package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.dispatch.OutputVerifier;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.support.DefaultExchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a check of the user's, an {@link OutputVerifier} or a Camel {@code Predicate}, on a thread where it may block. */
final class BeanVerifier {
    private static final Logger LOG = LoggerFactory.getLogger(BeanVerifier.class);

    private BeanVerifier() {}

    /**
     * What is wrong with an output; the empty text if nothing is. Never fails: a check that cannot be made does not confirm.
     *
     * @param name of the bean, from the policy
     */
    static CompletableFuture<String> fault(
            CamelContext camel,
            LlmRouterContext context,
            String name,
            ChatRequest request,
            String output,
            Duration timeout) {
        Object bean = camel.getRegistry().lookupByName(name);
        OutputVerifier verifier = bean instanceof OutputVerifier own ? own : null;
        if (verifier == null && bean instanceof Predicate predicate) {
            verifier = (asked, text) -> matches(camel, predicate, text) ? null : "its check '" + name + "' says no";
        }
        if (verifier == null) {
            LOG.warn(
                    "verify.bean: the registry has no {} or Camel Predicate under the name '{}': outputs count as not usable",
                    OutputVerifier.class.getName(),
                    name);
            return CompletableFuture.completedFuture("its check '" + name + "' is missing");
        }
        CompletableFuture<String> found = new CompletableFuture<>();
        OutputVerifier check = verifier;
        try {
            context.beanThreads().execute(() -> found.complete(run(name, check, request, output)));
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture("its check '" + name + "' is busy");
        }
        return found.completeOnTimeout(
                "its check '" + name + "' did not answer in time", timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static String run(String name, OutputVerifier check, ChatRequest request, String output) {
        try {
            String fault = check.fault(request, output);
            return fault == null ? "" : fault.isEmpty() ? "its check '" + name + "' says no" : fault;
        } catch (Exception e) {
            LOG.warn(
                    "The check '{}' of outputs failed with {}",
                    name,
                    e.getClass().getSimpleName());
            LOG.debug("The check '{}' of outputs failed", name, e);
            return "its check '" + name + "' failed";
        }
    }

    private static boolean matches(CamelContext camel, Predicate predicate, String output) {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(output);
        return predicate.matches(exchange);
    }
}
