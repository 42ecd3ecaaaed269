package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.convert.PolicyDraft.DraftPrice;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a deployment of LiteLLM's proxy costs: its prices per token, as a policy has them per million. */
final class LiteLlmPrices {
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
    /** USD per token: 100,000 per million, the most that a policy takes. */
    private static final BigDecimal MOST = new BigDecimal("0.1");
    /** Of USD per million tokens: the ledger rounds nothing, and has no room for more. */
    private static final int DECIMALS = 6;
    /** A share below which a difference is one of how numbers are written: doubles have 15 digits. */
    private static final BigDecimal NOISE = new BigDecimal("1e-9");

    private static final Pattern ABOVE = Pattern.compile("((?:input|output|cache)_.*cost.*)_above_(\\d{1,5})k_tokens");
    private static final String INPUT = "input_cost_per_token";
    private static final String OUTPUT = "output_cost_per_token";

    private static final String REASONING = "output_cost_per_reasoning_token";
    /** Prices that are paid besides those of tokens of input and output. */
    private static final List<String> BESIDES = List.of(
            "input_cost_per_query", "output_cost_per_query", "input_cost_per_request", "citation_cost_per_token");

    /** Paid where a model searches, which most do for a few requests alone. */
    private static final String SEARCHES = "search_context_cost_per_query";

    private final PolicyDraft draft;
    private final List<ForeignNode> places;
    private final boolean alwaysSearches;

    /**
     * @param places where prices stand: what the first has counts
     * @param alwaysSearches whether each request is paid as a search
     */
    LiteLlmPrices(PolicyDraft draft, List<ForeignNode> places, boolean alwaysSearches) {
        this.draft = draft;
        this.places = places;
        this.alwaysSearches = alwaysSearches;
    }

    /** Whether a model searches for each of its answers. */
    static boolean alwaysSearches(KnownProvider known, String model) {
        return known.name().equals("perplexity") || model.contains("-search");
    }

    /** Null if input or output is unknown; which is remarked where the other is known. */
    @Nullable
    DraftPrice price(boolean embeds) {
        BigDecimal input = perMillion(INPUT);
        BigDecimal output = embeds ? BigDecimal.ZERO : perMillion(OUTPUT);
        if (input == null || output == null) {
            ForeignNode half = input != null ? at(INPUT) : embeds || output == null ? null : at(OUTPUT);
            if (half != null) {
                draft.remark(half, "is half of a price, and the other half is not known: the price is unknown");
            }
            return null;
        }
        ForeignNode besides = besides(embeds);
        tellSearches(besides);
        if (besides != null) {
            draft.remark(
                    besides,
                    "a policy has no such price, and without it costs would be wrong: the price is unknown, and models are"
                            + " compared by those of their tokens. If it does not matter to your requests, write the price"
                            + " by hand");
        }
        return new DraftPrice(
                input,
                output,
                perMillion("cache_read_input_token_cost"),
                perMillion("cache_creation_input_token_cost"),
                perMillion("cache_creation_input_token_cost_above_1hr"),
                upTo(),
                batch(input, output, embeds),
                besides != null);
    }

    private void tellSearches(@Nullable ForeignNode besides) {
        ForeignNode paid = alwaysSearches ? null : paid(SEARCHES);
        if (paid != null && besides == null) {
            draft.remark(
                    paid,
                    "a policy has no such price: what requests cost in which the model searches is booked without that");
        }
    }

    /** What is paid besides the prices of tokens; null for nothing. */
    private @Nullable ForeignNode besides(boolean embeds) {
        BigDecimal reasoning = embeds ? null : perToken(REASONING);
        BigDecimal output = perToken(OUTPUT);
        if (reasoning != null && output != null && !isSame(output, reasoning)) {
            return at(REASONING);
        }
        for (String name : BESIDES) {
            ForeignNode paid = paid(name);
            if (paid != null) {
                return paid;
            }
        }
        return alwaysSearches ? paid(SEARCHES) : null;
    }

    /** The setting of this name that has a price above 0, or a part with one; null for none. */
    private @Nullable ForeignNode paid(String name) {
        for (ForeignNode place : places) {
            ForeignNode setting = place.names().contains(name) ? place.get(name) : null;
            BigDecimal price = setting == null ? null : place.number(name);
            boolean isPaid = price != null && price.signum() > 0;
            if (setting != null && !setting.isSingle()) {
                for (String part : setting.names()) {
                    BigDecimal one = setting.number(part);
                    isPaid |= one != null && one.signum() > 0;
                }
            }
            if (isPaid) {
                return setting;
            }
        }
        return null;
    }

    /** Who has the price; null for none. */
    private @Nullable ForeignNode holder(String name) {
        for (ForeignNode place : places) {
            if (place.names().contains(name) && place.text(name) != null) {
                return place;
            }
        }
        return null;
    }

    private @Nullable ForeignNode at(String name) {
        ForeignNode holder = holder(name);
        return holder == null ? null : holder.get(name);
    }

    private @Nullable BigDecimal perToken(String name) {
        ForeignNode holder = holder(name);
        return holder == null ? null : holder.number(name);
    }

    private @Nullable BigDecimal perMillion(String name) {
        BigDecimal token = perToken(name);
        ForeignNode at = token == null ? null : at(name);
        if (token == null || at == null) {
            return null;
        }
        if (token.signum() < 0 || token.compareTo(MOST) > 0) {
            draft.remark(
                    at,
                    "is no price of a token, which is 0 to 0.1 USD: taken as unknown. If it is meant per million, write it into the"
                            + " policy by hand");
            return null;
        }
        BigDecimal exact = token.multiply(MILLION);
        BigDecimal rounded = exact.setScale(DECIMALS, RoundingMode.HALF_EVEN);
        if (rounded.signum() == 0 && exact.signum() > 0) {
            draft.remark(at, "is below what a policy can say, 0.000001 USD per million tokens: taken as unknown");
            return null;
        }
        if (!isSame(exact, rounded)) {
            draft.remark(
                    at,
                    "is rounded to " + rounded.stripTrailingZeros().toPlainString()
                            + " USD per million tokens: a policy takes six decimals");
        }
        return rounded;
    }

    private static boolean isSame(BigDecimal exact, BigDecimal other) {
        return exact.subtract(other).abs().compareTo(exact.abs().multiply(NOISE)) <= 0;
    }

    /** The fewest input tokens above which a price is another; null if there are none. */
    private @Nullable Integer upTo() {
        int least = Integer.MAX_VALUE;
        ForeignNode first = null;
        for (ForeignNode place : places) {
            for (String name : place.names()) {
                Matcher above = ABOVE.matcher(name);
                BigDecimal price = above.matches() ? place.number(name) : null;
                int tokens = price == null ? 0 : Integer.parseInt(above.group(2)) * 1000;
                BigDecimal usual = price == null ? null : perToken(above.group(1));
                boolean isOther = price != null && (usual == null || usual.compareTo(price) != 0);
                if (isOther && tokens > 0 && tokens < least) {
                    least = tokens;
                    first = place.get(name);
                }
            }
        }
        if (first == null) {
            return null;
        }
        draft.remark(
                first,
                "a policy has one price: what requests of more than " + least
                        + " input tokens cost is unknown (price.upTo), rather than too low");
        return least;
    }

    /** The share of the prices that is paid in a batch; null if it is unknown, or not one share of all. */
    private @Nullable BigDecimal batch(BigDecimal input, BigDecimal output, boolean embeds) {
        BigDecimal in = perToken(INPUT + "_batches");
        BigDecimal out = embeds ? BigDecimal.ZERO : perToken(OUTPUT + "_batches");
        ForeignNode at = in != null ? at(INPUT + "_batches") : out == null || embeds ? null : at(OUTPUT + "_batches");
        if (at == null) {
            return null;
        }
        if (in != null && out != null && input.signum() > 0) {
            BigDecimal share = in.multiply(MILLION).divide(input, DECIMALS, RoundingMode.HALF_EVEN);
            boolean isShare = share.signum() > 0 && share.compareTo(BigDecimal.ONE) <= 0;
            if (isShare
                    && isSame(in.multiply(MILLION), input.multiply(share))
                    && isSame(out.multiply(MILLION), output.multiply(share))) {
                return share;
            }
        }
        draft.remark(
                at,
                "prices in a batch are one share of all the others in a policy (price.batch, above 0 to 1), and these are not:"
                        + " left out");
        return null;
    }
}
