package dev.llmrouter.simulator;

import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.SimulatorSettings;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one simulated model behaves. Immutable.
 *
 * @param settings speed, shares of faults, quality and seed
 * @param price what the {@link SimulatorBill} reckons with; null if unknown
 * @param context tokens of input and output together; a longer input is refused; null for no limit
 * @param maxOutput tokens of one answer; null for no limit
 * @param text answer exactly this; null to make an answer that fits the request
 * @param outputTokens length of free texts, in tokens; null for what comes
 * @param shares cached, cache-writing and reasoning tokens
 * @param retryAfter what a 429 by chance says; default 1 s
 * @param prefill whether a conversation may end with an assistant message; default true
 * @param sorting how the router's own question for the task of a request is answered; default {@link Sorting#HONEST}
 * @param always the fault that every request meets; null for none
 */
public record Behaviour(
        SimulatorSettings settings,
        @Nullable Price price,
        @Nullable Integer context,
        @Nullable Integer maxOutput,
        @Nullable String text,
        @Nullable Integer outputTokens,
        TokenShares shares,
        Duration retryAfter,
        boolean prefill,
        Sorting sorting,
        @Nullable Fault always) {

    private static final SimulatorSettings AT_ONCE = new SimulatorSettings(Duration.ZERO, 0, Map.of(), Map.of(), 1);

    /** Answers at once, and rightly. */
    public static Behaviour ofDefaults() {
        return of(AT_ONCE);
    }

    public static Behaviour of(SimulatorSettings settings) {
        return new Builder(settings).build();
    }

    /** Answers at once with this text. */
    public static Behaviour answering(String text) {
        return ofDefaults().toBuilder().text(text).build();
    }

    /** Every request meets this fault. */
    public static Behaviour failing(Fault fault) {
        return ofDefaults().toBuilder().always(fault).build();
    }

    public Builder toBuilder() {
        Builder builder = new Builder(settings);
        builder.price = price;
        builder.context = context;
        builder.maxOutput = maxOutput;
        builder.text = text;
        builder.outputTokens = outputTokens;
        builder.shares = shares;
        builder.retryAfter = retryAfter;
        builder.prefill = prefill;
        builder.sorting = sorting;
        builder.always = always;
        return builder;
    }

    /** Time from the request until output token {@code number} (from 0), without any fault. */
    long dueNanos(long number) {
        long latency = settings.latency().toNanos();
        return settings.tokensPerSecond() <= 0
                ? latency
                : latency + (long) (number * (1e9 / settings.tokensPerSecond()));
    }

    /** Changes single values; not safe for use by many threads. */
    public static final class Builder {
        private SimulatorSettings settings;
        private @Nullable Price price;
        private @Nullable Integer context;
        private @Nullable Integer maxOutput;
        private @Nullable String text;
        private @Nullable Integer outputTokens;
        private TokenShares shares = TokenShares.NONE;
        private Duration retryAfter = Duration.ofSeconds(1);
        private boolean prefill = true;
        private Sorting sorting = Sorting.HONEST;
        private @Nullable Fault always;

        private Builder(SimulatorSettings settings) {
            this.settings = settings;
        }

        public Builder settings(SimulatorSettings value) {
            settings = value;
            return this;
        }

        /** Time to the first token, and tokens a second after it (0: no delay). */
        public Builder speed(Duration latency, double tokensPerSecond) {
            settings = new SimulatorSettings(
                    latency, tokensPerSecond, settings.errors(), settings.quality(), settings.seed());
            return this;
        }

        public Builder price(@Nullable Price value) {
            price = value;
            return this;
        }

        public Builder context(@Nullable Integer tokens) {
            context = tokens;
            return this;
        }

        public Builder maxOutput(@Nullable Integer tokens) {
            maxOutput = tokens;
            return this;
        }

        public Builder text(@Nullable String value) {
            text = value;
            return this;
        }

        public Builder outputTokens(@Nullable Integer tokens) {
            outputTokens = tokens;
            return this;
        }

        public Builder shares(TokenShares value) {
            shares = value;
            return this;
        }

        public Builder retryAfter(Duration value) {
            retryAfter = value;
            return this;
        }

        public Builder prefill(boolean value) {
            prefill = value;
            return this;
        }

        public Builder sorting(Sorting value) {
            sorting = value;
            return this;
        }

        public Builder always(@Nullable Fault value) {
            always = value;
            return this;
        }

        public Behaviour build() {
            return new Behaviour(
                    settings,
                    price,
                    context,
                    maxOutput,
                    text,
                    outputTokens,
                    shares,
                    retryAfter,
                    prefill,
                    sorting,
                    always);
        }
    }
}
