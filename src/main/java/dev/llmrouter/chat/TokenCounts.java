package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells whether a provider's usage object counts anything: what does not is no usage, and is estimated instead. */
final class TokenCounts {
    /** Tokens that no call has; sums of a few counts up to this do not overflow. */
    private static final long MOST = 1L << 40;

    private TokenCounts() {}

    /**
     * Whether at least one of these fields is a count above 0, and no count of the object, at any depth, is negative or larger
     * than any call's; totals aside.
     */
    static boolean areTold(@Nullable JsonNode usage, String... fields) {
        if (usage == null || !usage.isObject() || hasAbsurd(usage)) {
            return false;
        }
        for (String field : fields) {
            if (Json.count(usage, field) > 0) {
                return true;
            }
        }
        return false;
    }

    /** What a cache keeps for an hour. @param holder what has Anthropic's {@code cache_creation}, maybe by another name; may be null */
    static long writtenForAnHour(@Nullable JsonNode holder, String field) {
        return holder == null ? 0 : Json.count(holder.get(field), "ephemeral_1h_input_tokens");
    }

    /** What is written to a cache, for however long. @param holder as above */
    static long written(@Nullable JsonNode holder, String field) {
        return holder == null
                ? 0
                : Json.count(holder.get(field), "ephemeral_5m_input_tokens") + writtenForAnHour(holder, field);
    }

    /** Whether a call may have had so many tokens. */
    static boolean isPossible(long tokens) {
        return tokens >= 0 && tokens <= MOST;
    }

    /** A total is not counted with: it only says what may be missing. */
    private static boolean isCount(String field) {
        return field.contains("token") && !field.startsWith("total");
    }

    private static boolean hasAbsurd(JsonNode node) {
        Iterator<Map.Entry<String, JsonNode>> fields = node.fields();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            JsonNode value = field.getValue();
            if (value.isNumber()
                    && isCount(field.getKey().toLowerCase(Locale.ROOT))
                    && (!value.canConvertToLong() || !isPossible(value.longValue()))) {
                return true;
            }
            if (hasAbsurd(value)) {
                return true;
            }
        }
        if (node.isArray()) {
            for (JsonNode element : node) {
                if (hasAbsurd(element)) {
                    return true;
                }
            }
        }
        return false;
    }
}
