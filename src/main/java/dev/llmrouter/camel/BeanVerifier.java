package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.dispatch.OutputVerifier;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a check of the user's, an {@link OutputVerifier} or a Camel {@link Predicate}, on a thread where it may block. */
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
        VerifyBean bean = VerifyBean.of(camel, name);
        OutputVerifier check = bean.verifier();
        if (check == null) {
            context.notices().once(String.valueOf(bean.problem()));
            return CompletableFuture.completedFuture("its check '" + name + "' is missing or of another type");
        }
        CompletableFuture<String> found = new CompletableFuture<>();
        try {
            context.beanThreads().execute(() -> run(name, check, request, output, found));
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture("its check '" + name + "' is busy");
        }
        return found.completeOnTimeout(
                "its check '" + name + "' did not answer in time", timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whatever the check throws, nobody waits longer for it. An error of the JVM itself goes on to the thread's handler. */
    private static void run(
            String name, OutputVerifier check, ChatRequest request, String output, CompletableFuture<String> found) {
        String said = "its check '" + name + "' failed";
        try {
            String fault = check.fault(request, output);
            said = fault == null ? "" : fault.isEmpty() ? "its check '" + name + "' says no" : fault;
        } catch (StackOverflowError e) {
            warn(name, e); // the stack is free again
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Exception | Error e) {
            warn(name, e);
        } finally {
            found.complete(said);
        }
    }

    private static void warn(String name, Throwable failure) {
        LOG.warn(
                "The check '{}' of outputs failed with {}",
                name,
                failure.getClass().getSimpleName());
        LOG.debug("The check '{}' of outputs failed", name, failure);
    }
}
