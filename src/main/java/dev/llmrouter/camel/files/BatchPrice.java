package dev.llmrouter.camel.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.policy.Price;
import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A price as it stands in the file of a batch: USD per million tokens as decimal text, so that no digit is lost. */
final class BatchPrice {
    private BatchPrice() {}

    static void write(Price price, ObjectNode json) {
        put(json, "input", price.input());
        put(json, "output", price.output());
        put(json, "cachedInput", price.cachedInput());
        put(json, "cacheWrite", price.cacheWrite());
        put(json, "cacheWriteHour", price.cacheWriteHour());
        if (price.upTo() != null) {
            json.put("upTo", price.upTo());
        }
    }

    private static void put(ObjectNode json, String field, @Nullable BigDecimal usd) {
        if (usd != null) {
            json.put(field, usd.toPlainString());
        }
    }

    /** @return null if there is none */
    static @Nullable Price read(JsonNode json) {
        if (!json.isObject()) {
            return null;
        }
        return new Price(
                Objects.requireNonNullElse(usd(json, "input"), BigDecimal.ZERO),
                Objects.requireNonNullElse(usd(json, "output"), BigDecimal.ZERO),
                usd(json, "cachedInput"),
                usd(json, "cacheWrite"),
                usd(json, "cacheWriteHour"),
                null,
                json.path("upTo").isInt() ? json.path("upTo").intValue() : null,
                null,
                null);
    }

    private static @Nullable BigDecimal usd(JsonNode json, String field) {
        return json.path(field).isTextual() ? new BigDecimal(json.path(field).textValue()) : null;
    }
}
