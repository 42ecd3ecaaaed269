package dev.llmrouter.camel;

import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.policy.AccessKey;
import dev.llmrouter.policy.AccessKeys;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who presents a key of the policy ({@code Authorization: Bearer KEY} or {@code x-api-key: KEY}); everybody where
 * the policy has no keys. The key goes no further than here.
 */
public final class AccessProcessor extends PolicyStep {
    private static final String PROPERTY = "CamelLlmRouterAccessKey";
    private static final String BEARER = "bearer ";

    @Override
    public void process(Exchange exchange) throws BadRequestException {
        Message message = exchange.getMessage();
        String presented = presented(message);
        message.removeHeader("Authorization");
        message.removeHeader("x-api-key");
        AccessKeys keys = loaded(exchange.getContext()).current().keys();
        if (keys.isEmpty()) {
            return;
        }
        AccessKey key = presented == null ? null : keys.find(presented).orElse(null);
        if (key == null) {
            throw new BadRequestException(new ChatError(
                    ChatError.Kind.AUTHENTICATION,
                    401,
                    presented == null
                            ? "No key. Send 'Authorization: Bearer KEY' or 'x-api-key: KEY'."
                            : "This key is not known. Ask the owner of the routing policy for one.",
                    "invalid_api_key",
                    null,
                    null));
        }
        exchange.setProperty(PROPERTY, key);
    }

    static @Nullable AccessKey keyOf(Exchange exchange) {
        return (AccessKey) exchange.getProperty(PROPERTY);
    }

    private static @Nullable String presented(Message message) {
        String authorization = message.getHeader("Authorization", String.class);
        if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return authorization.substring(BEARER.length()).strip();
        }
        return message.getHeader("x-api-key", String.class);
    }
}
