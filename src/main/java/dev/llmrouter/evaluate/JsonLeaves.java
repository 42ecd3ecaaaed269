package dev.llmrouter.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.llmrouter.chat.CodeFence;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Compares the leaves of two JSON texts: their values, and containers that are empty. Stateless but for one count. */
final class JsonLeaves {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final double tolerance;
    private int leaves;
    private int right;

    private JsonLeaves(double tolerance) {
        this.tolerance = tolerance;
    }

    /** The JSON of an answer, a fenced code block around it taken off; null if it is none. */
    static @Nullable JsonNode read(String answer) {
        try {
            JsonNode node = JSON.readTree(CodeFence.off(answer));
            return node == null || node.isMissingNode() ? null : node;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** Right leaves as a share of those that are wanted and those that an array has too many, 0 to 1. */
    static double share(JsonNode wanted, JsonNode found, double tolerance) {
        JsonLeaves leaves = new JsonLeaves(tolerance);
        leaves.compare(wanted, found);
        return (double) leaves.right / leaves.leaves;
    }

    private void compare(JsonNode wanted, @Nullable JsonNode found) {
        if (wanted.isContainerNode() && wanted.isEmpty()) {
            leaf(wanted.equals(found));
        } else if (wanted.isObject()) {
            wanted.properties().forEach(e -> compare(e.getValue(), found == null ? null : found.get(e.getKey())));
        } else if (wanted.isArray()) {
            for (int i = 0; i < wanted.size(); i++) {
                compare(wanted.get(i), found == null ? null : found.get(i));
            }
            for (int i = wanted.size(); found != null && found.isArray() && i < found.size(); i++) {
                leaves += count(found.get(i));
            }
        } else {
            leaf(found != null && found.isValueNode() && isSame(wanted, found));
        }
    }

    private void leaf(boolean isRight) {
        leaves++;
        right += isRight ? 1 : 0;
    }

    private static int count(JsonNode node) {
        if (!node.isContainerNode() || node.isEmpty()) {
            return 1;
        }
        int count = 0;
        for (JsonNode child : node) {
            count += count(child);
        }
        return count;
    }

    private boolean isSame(JsonNode wanted, JsonNode found) {
        BigDecimal one = number(wanted);
        BigDecimal other = number(found);
        if (one != null && other != null) {
            return NumberText.isClose(one, other, tolerance);
        }
        String text = Scorers.normalise(found.asText());
        return wanted.isNull() == found.isNull()
                && (Scorers.normalise(wanted.asText()).equals(text) || found.isTextual() && isNumber(wanted, text));
    }

    /** Whether a text is nothing but a number, and this one. @param wanted of any kind: what is no number is not equal */
    static boolean isNumber(JsonNode wanted, String text) {
        BigDecimal one = number(wanted);
        BigDecimal other = NumberText.whole(text);
        return one != null && other != null && NumberText.isClose(one, other, 0);
    }

    private static @Nullable BigDecimal number(JsonNode node) {
        boolean isFinite = node.isNumber() && (!node.isFloatingPointNumber() || Double.isFinite(node.doubleValue()));
        return isFinite ? node.decimalValue() : null;
    }
}
