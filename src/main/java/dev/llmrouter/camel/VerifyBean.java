package dev.llmrouter.camel;

import dev.llmrouter.dispatch.OutputVerifier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;

/**
 * The bean that a task's {@code verify.bean} names.
 *
 * @param verifier that checks; null if the registry has none
 * @param problem why there is none, and what to do; null if there is one
 */
record VerifyBean(
        @Nullable OutputVerifier verifier, @Nullable String problem) {
    static VerifyBean of(CamelContext camel, String name) {
        Object bean;
        try {
            bean = camel.getRegistry().lookupByName(name);
        } catch (RuntimeException e) {
            return none(name, "a bean that cannot be made (" + e.getClass().getSimpleName() + ")");
        }
        if (bean instanceof OutputVerifier own) {
            return new VerifyBean(own, null);
        }
        if (bean instanceof Predicate predicate) {
            return new VerifyBean(
                    (asked, text) -> matches(camel, predicate, text) ? null : "its check '" + name + "' says no", null);
        }
        return none(name, bean == null ? "nothing" : "a " + bean.getClass().getName());
    }

    private static VerifyBean none(String name, String found) {
        return new VerifyBean(
                null,
                "verify.bean: the registry has " + found + " under the name '" + name
                        + "', so that outputs count as not usable. Bind one that implements "
                        + OutputVerifier.class.getName() + ", or a Camel Predicate.");
    }

    private static boolean matches(CamelContext camel, Predicate predicate, String output) {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(output);
        return predicate.matches(exchange);
    }
}
