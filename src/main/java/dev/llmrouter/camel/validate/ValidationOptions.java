package dev.llmrouter.camel.validate;

import dev.llmrouter.camel.LlmRouterConstants;
import dev.llmrouter.evaluate.live.CallSettings;
import java.math.BigDecimal;
import org.apache.camel.Message;
import org.apache.camel.TypeConversionException;
import org.jspecify.annotations.Nullable;

/**
 * What a message's headers, and for money and parallel calls the application's properties, say about a validation.
 *
 * @param margin null for that of each task
 * @param perDay null if not stated
 * @param isRecorded whether nobody is called
 * @param acceptedBy who accepts the result; null if nobody does
 */
record ValidationOptions(
        @Nullable Double margin,
        @Nullable Integer perDay,
        boolean isRecorded,
        @Nullable String acceptedBy,
        CallSettings calls) {
    static final String MAX_COST = "llm-router.validate.max-cost";
    static final String PARALLEL = "llm-router.validate.parallel";

    private static final int DEFAULT_PARALLEL = 8;
    private static final int DEFAULT_OUTPUT = 4096;

    /** @throws IllegalArgumentException if a value is not of its kind or out of range */
    static ValidationOptions of(Message message) {
        String system = header(message, LlmRouterConstants.SYSTEM_PROMPT, null, String.class);
        Integer output = header(message, LlmRouterConstants.VALIDATE_MAX_OUTPUT, null, Integer.class);
        Integer parallel = header(message, LlmRouterConstants.VALIDATE_PARALLEL, PARALLEL, Integer.class);
        BigDecimal cap = usd(header(message, LlmRouterConstants.VALIDATE_MAX_COST, MAX_COST, String.class));
        String by = header(message, LlmRouterConstants.VALIDATE_ACCEPTED_BY, null, String.class);
        if (by != null && by.isBlank()) {
            throw new IllegalArgumentException("header " + LlmRouterConstants.VALIDATE_ACCEPTED_BY
                    + " is empty: evidence says who accepted it; give a person's name, or leave it out");
        }
        Boolean recorded = header(message, LlmRouterConstants.VALIDATE_RECORDED, null, Boolean.class);
        return new ValidationOptions(
                header(message, LlmRouterConstants.VALIDATE_MARGIN, null, Double.class),
                header(message, LlmRouterConstants.VALIDATE_PER_DAY, null, Integer.class),
                recorded != null && recorded,
                by,
                new CallSettings(
                        system == null ? "" : system,
                        output == null ? DEFAULT_OUTPUT : output,
                        parallel == null ? DEFAULT_PARALLEL : parallel,
                        cap,
                        CallSettings.DEFAULT_ATTEMPTS,
                        CallSettings.DEFAULT_LONGEST_WAIT));
    }

    /** Camel converts no text to a decimal number. */
    private static @Nullable BigDecimal usd(@Nullable String text) {
        try {
            return text == null ? null : new BigDecimal(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "header " + LlmRouterConstants.VALIDATE_MAX_COST + " or property " + MAX_COST
                            + " is no amount of USD; write it as 2.50",
                    e);
        }
    }

    private static <T> @Nullable T header(Message message, String name, @Nullable String property, Class<T> type) {
        Object value = message.getHeader(name);
        String where = "header " + name;
        if (value == null && property != null) {
            value = message.getExchange()
                    .getContext()
                    .getPropertiesComponent()
                    .resolveProperty(property)
                    .filter(text -> !text.isBlank())
                    .orElse(null);
            where = "property " + property;
        }
        if (value == null) {
            return null;
        }
        try {
            T converted = message.getExchange().getContext().getTypeConverter().tryConvertTo(type, value);
            if (converted != null) {
                return converted;
            }
        } catch (TypeConversionException e) {
            // told below, as what cannot be converted at all
        }
        throw new IllegalArgumentException(where + " is no " + type.getSimpleName() + "; correct it, or leave it out");
    }
}
