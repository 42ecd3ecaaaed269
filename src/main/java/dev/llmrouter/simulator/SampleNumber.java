package dev.llmrouter.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** A number within a schema's bounds, as near as may be to the one that was found. */
final class SampleNumber {
    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);
    private static final int LONGEST = 18;
    private static final BigDecimal STEP = new BigDecimal("0.0001");

    private SampleNumber() {}

    static JsonNode integer(JsonNode schema, @Nullable String found) {
        BigDecimal whole = within(schema, found, BigDecimal.ONE).setScale(0, RoundingMode.FLOOR);
        return NODES.numberNode(whole.toBigInteger());
    }

    static JsonNode decimal(JsonNode schema, @Nullable String found) {
        BigDecimal number = within(schema, found, STEP);
        return NODES.numberNode(number);
    }

    private static BigDecimal within(JsonNode schema, @Nullable String found, BigDecimal step) {
        BigDecimal number = found == null || found.length() > LONGEST ? BigDecimal.ONE : new BigDecimal(found);
        BigDecimal unit = step.equals(BigDecimal.ONE) ? step : BigDecimal.ZERO;
        if (unit.signum() > 0) {
            number = number.setScale(0, RoundingMode.FLOOR);
        }
        BigDecimal least = bound(schema, "minimum", "exclusiveMinimum", step);
        BigDecimal most = bound(schema, "maximum", "exclusiveMaximum", step.negate());
        if (least != null) {
            number = number.max(unit.signum() > 0 ? least.setScale(0, RoundingMode.CEILING) : least);
        }
        if (most != null) {
            number = number.min(unit.signum() > 0 ? most.setScale(0, RoundingMode.FLOOR) : most);
        }
        return multiple(schema, number, most);
    }

    private static BigDecimal multiple(JsonNode schema, BigDecimal number, @Nullable BigDecimal most) {
        JsonNode of = schema.path("multipleOf");
        if (!of.isNumber() || of.decimalValue().signum() <= 0) {
            return number;
        }
        BigDecimal unit = of.decimalValue();
        BigDecimal up = number.divide(unit, 0, RoundingMode.CEILING).multiply(unit);
        return most != null && up.compareTo(most) > 0
                ? most.divide(unit, 0, RoundingMode.FLOOR).multiply(unit)
                : up;
    }

    private static @Nullable BigDecimal bound(JsonNode schema, String inclusive, String exclusive, BigDecimal step) {
        JsonNode limit = schema.path(inclusive);
        JsonNode open = schema.path(exclusive);
        BigDecimal closed = limit.isNumber() ? limit.decimalValue() : null;
        BigDecimal beyond = open.isNumber() ? inside(open.decimalValue(), step) : null;
        if (closed == null || beyond == null) {
            return closed == null ? beyond : closed;
        }
        return step.signum() > 0 ? closed.max(beyond) : closed.min(beyond);
    }

    private static BigDecimal inside(BigDecimal open, BigDecimal step) {
        if (step.abs().compareTo(BigDecimal.ONE) < 0) {
            return open.add(step);
        }
        return step.signum() > 0
                ? open.setScale(0, RoundingMode.FLOOR).add(BigDecimal.ONE)
                : open.setScale(0, RoundingMode.CEILING).subtract(BigDecimal.ONE);
    }
}
