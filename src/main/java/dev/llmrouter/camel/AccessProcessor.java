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
        String authorization = message.getHeader("Authorization", String.class);
        String apiKey = message.getHeader("x-api-key", String.class);
        message.removeHeader("Authorization");
        message.removeHeader("x-api-key");
        if (keyOf(exchange) != null) {
            return; // the gateway has asked for it before it read the body
        }
        AccessKey key = authenticate(loaded(exchange.getContext()).current().keys(), authorization, apiKey);
        if (key != null) {
            admit(exchange, key);
        }
    }

    /**
     * The key that a caller presents; null where the policy has no keys.
     *
     * @param authorization the header {@code Authorization}
     * @param apiKey the header {@code x-api-key}
     * @throws BadRequestException if it presents none, or one that is not known
     */
    public static @Nullable AccessKey authenticate(
            AccessKeys keys, @Nullable String authorization, @Nullable String apiKey) throws BadRequestException {
        if (keys.isEmpty()) {
            return null;
        }
        String presented = presented(authorization, apiKey);
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
        return key;
    }

    /** Says who calls; the steps after this one go by it. */
    public static void admit(Exchange exchange, AccessKey key) {
        exchange.setProperty(PROPERTY, key);
    }

    /** The key that the caller of this exchange was let in with; null where the policy has none. */
    public static @Nullable AccessKey keyOf(Exchange exchange) {
        return (AccessKey) exchange.getProperty(PROPERTY);
    }

    private static @Nullable String presented(@Nullable String authorization, @Nullable String apiKey) {
        if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return authorization.substring(BEARER.length()).strip();
        }
        return apiKey;
    }
}
