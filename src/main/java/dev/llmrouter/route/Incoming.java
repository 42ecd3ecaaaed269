package dev.llmrouter.route;

import dev.llmrouter.chat.Dialect;
import dev.llmrouter.policy.AccessKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a caller sends, before it is read.
 *
 * @param body in UTF-8; empty if there is none
 * @param dialect how the body is to be read; null to tell from the body: a JSON object with {@code messages} is OpenAI's,
 *     anything else is text
 * @param headers the caller's, names in lower case; {@code x-llm-task} and {@code x-llm-tags} are looked at, rules may look
 *     at all of them
 * @param settings what the route says beside the body
 * @param whole whether the answer has to be whole, also where the body asks for a stream
 * @param key that the caller presented; null where the policy has none
 * @param exchange the Camel exchange for Simple expressions, opaque here; null outside of a route
 */
public record Incoming(
        byte[] body,
        Dialect.@Nullable Name dialect,
        Map<String, String> headers,
        RequestSettings settings,
        boolean whole,
        @Nullable AccessKey key,
        @Nullable Object exchange) {}
