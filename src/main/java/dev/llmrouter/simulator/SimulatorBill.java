package dev.llmrouter.simulator;

import dev.llmrouter.chat.Usage;
import dev.llmrouter.policy.Price;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the simulated providers would have billed, exactly: the account that a router's cost figures are checked against.
 *
 * <p>Billed is what a provider works for: whole answers when their making begins, also if nobody waits for them any
 * more; streams by all input and reasoning and the output tokens that were sent before the end, the cut or the caller's
 * leaving. Errors, hanging and reset connections are not billed. Safe for use by many threads; at most
 * {@value #MOST_MODELS} models have an account of their own, all further ones share {@value #OTHERS}.
 */
public final class SimulatorBill {
    static final int MOST_MODELS = 1000;
    static final String OTHERS = "(other models)";
    private static final int MILLION = 6;
    private final Map<String, Account> accounts = new TreeMap<>();

    /**
     * The account of one model.
     *
     * @param calls answers that were billed
     * @param cut of these, those that did not reach their end
     * @param unpriced of the calls, those of a model without a price: they are not in {@code usd}
     * @param inputTokens all input, cached and cache-writing tokens included
     * @param outputTokens all output, reasoning included
     * @param usd exact, not rounded
     */
    public record Account(
            long calls,
            long cut,
            long unpriced,
            long inputTokens,
            long cachedInputTokens,
            long cacheWriteTokens,
            long outputTokens,
            long reasoningTokens,
            BigDecimal usd) {
        static final Account EMPTY = new Account(0, 0, 0, 0, 0, 0, 0, 0, BigDecimal.ZERO);

        Account plus(Account other) {
            return new Account(
                    calls + other.calls,
                    cut + other.cut,
                    unpriced + other.unpriced,
                    inputTokens + other.inputTokens,
                    cachedInputTokens + other.cachedInputTokens,
                    cacheWriteTokens + other.cacheWriteTokens,
                    outputTokens + other.outputTokens,
                    reasoningTokens + other.reasoningTokens,
                    usd.add(other.usd));
        }
    }

    /** Puts one answer on the account of its model. @param whole whether it reached its end */
    void charge(String model, @Nullable Price price, Usage usage, boolean whole) {
        BigDecimal usd = price == null ? BigDecimal.ZERO : usd(price, usage);
        Account one = new Account(
                1,
                whole ? 0 : 1,
                price == null ? 1 : 0,
                usage.inputTokens(),
                usage.cachedInputTokens(),
                usage.cacheWriteTokens(),
                usage.outputTokens(),
                usage.reasoningTokens(),
                usd);
        synchronized (accounts) {
            String name = accounts.containsKey(model) || accounts.size() < MOST_MODELS ? model : OTHERS;
            accounts.merge(name, one, Account::plus);
        }
    }

    /**
     * Tokens of each kind times their price. Cached and cache-writing tokens without a price of their own cost what input
     * costs.
     */
    static BigDecimal usd(Price price, Usage usage) {
        long cached = usage.cachedInputTokens();
        long written = usage.cacheWriteTokens();
        BigDecimal sum = times(price.input(), usage.inputTokens() - cached - written);
        sum = sum.add(times(price.cachedInput() == null ? price.input() : price.cachedInput(), cached));
        sum = sum.add(times(price.cacheWrite() == null ? price.input() : price.cacheWrite(), written));
        return sum.add(times(price.output(), usage.outputTokens())).movePointLeft(MILLION);
    }

    private static BigDecimal times(BigDecimal price, long tokens) {
        return price.multiply(BigDecimal.valueOf(tokens));
    }

    /** USD of all models together, exact. */
    public BigDecimal usd() {
        synchronized (accounts) {
            return accounts.values().stream().map(Account::usd).reduce(BigDecimal.ZERO, BigDecimal::add);
        }
    }

    /** The account of one model, empty if it was never billed. */
    public Account of(String model) {
        synchronized (accounts) {
            return accounts.getOrDefault(model, Account.EMPTY);
        }
    }

    /** A copy of all accounts, by model. */
    public Map<String, Account> accounts() {
        synchronized (accounts) {
            return Map.copyOf(accounts);
        }
    }

    public void clear() {
        synchronized (accounts) {
            accounts.clear();
        }
    }
}
