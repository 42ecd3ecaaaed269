package dev.llmrouter.camel.gateway;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.llmrouter.camel.LlmRouterConstants;
import dev.llmrouter.camel.PolicyStep;
import dev.llmrouter.chat.AnthropicDialect;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.classify.Describer;
import dev.llmrouter.classify.TokenEstimator;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.RoutingPolicy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * Counts the input tokens of an Anthropic request by our own estimate: nobody is called, and the header
 * {@code x-llm-tokens-estimated} says so. For a model of the policy it is the estimate for its provider's protocol, for any
 * other name the plain one.
 */
public final class TokenCountProcessor extends PolicyStep {
    private final Describer describer = new Describer();

    @Override
    public void process(Exchange exchange) throws BadRequestException {
        RoutingPolicy policy = loaded(exchange.getContext()).policy();
        byte[] body = exchange.getMessage().getBody(byte[].class);
        ChatRequest request = AnthropicDialect.parseCountRequest(body, policy.limits());
        long tokens = Math.round(describer.describe(request).inputTokens() * factor(policy, request.model()));
        exchange.setProperty(LlmRouterConstants.RESPONSE_HEADERS, Map.of("x-llm-tokens-estimated", "true"));
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage()
                .setBody(JsonNodeFactory.instance
                        .objectNode()
                        .put("input_tokens", tokens)
                        .toString()
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static double factor(RoutingPolicy policy, String name) {
        Model model = policy.models().get(name);
        Provider provider = model == null ? null : policy.providers().get(model.provider());
        return provider == null ? 1 : TokenEstimator.factor(provider.protocol());
    }
}
