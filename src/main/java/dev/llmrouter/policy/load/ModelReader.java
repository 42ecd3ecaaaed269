package dev.llmrouter.policy.load;

import dev.llmrouter.policy.BreakerSettings;
import dev.llmrouter.policy.Capability;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.Timeouts;
import dev.llmrouter.policy.VectorSpace;
import dev.llmrouter.policy.load.PolicyLoader.Surroundings;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads one entry of {@code models}. */
final class ModelReader {
    private static final Bounds TOKENS = Bounds.of(1, 100_000_000);
    /** USD per million tokens; the dearest model known in 2026 costs 180. */
    private static final Bounds USD = Bounds.of(0, 100_000);

    /** A part of the price: 0.5 for half. */
    private static final Bounds FACTOR = Bounds.above(0, 1);

    private static final int DAYS_UNTIL_OLD = 365;
    /** Of a price: the ledger counts in 1e-12 USD, and a token costs a millionth of a price. */
    private static final int MAX_DECIMALS = 6;

    private final Reading reading;
    private final Problems problems;
    private final Names names;
    private final Map<String, Provider> providers;
    private final @Nullable LocalDate priceDate;
    private final LocalDate today;
    private final LimitsReader limits;

    ModelReader(
            Reading reading,
            Names names,
            Map<String, Provider> providers,
            @Nullable LocalDate priceDate,
            Surroundings surroundings) {
        this.reading = reading;
        this.problems = reading.problems();
        this.names = names;
        this.providers = providers;
        this.priceDate = priceDate;
        this.today = surroundings.today();
        this.limits = new LimitsReader(problems);
    }

    @Nullable
    Model read(MappingFields.Item item) {
        MappingFields fields = MappingFields.of(item.node(), item.at(), item.path(), reading);
        fields.required("provider", "Name the provider that is asked for it.");
        String provider = fields.name("provider", "provider", names.providers());
        String id = fields.text("id", item.name());
        Integer context = fields.integer("context", TOKENS);
        Integer maxOutput = fields.integer("maxOutput", TOKENS);
        if (context != null && maxOutput != null && maxOutput > context) {
            problems.unusable(
                    fields.at("maxOutput"),
                    fields.path("maxOutput"),
                    "is %,d, more than the context of %,d tokens that input and output share"
                            .formatted(maxOutput, context),
                    "Correct one of the two.");
        }
        Set<Capability> capabilities = new TreeSet<>(fields.list("capabilities", (node, path) -> {
            String text = reading.text(node, path);
            return text == null ? null : reading.choice(text, node, path, Capability.class);
        }));
        Provider at = provider == null ? null : providers.get(provider);
        EmbeddingReader embeddings = new EmbeddingReader(fields, at, capabilities, problems);
        embeddings.check();
        VectorSpace space = embeddings.space();
        Price price = price(fields, at, capabilities.contains(Capability.EMBEDDINGS));
        Timeouts timeouts = timeouts(fields, at, capabilities.contains(Capability.REASONING));
        BreakerSettings breaker = fields.has("breaker")
                ? limits.breaker(fields, at == null ? BreakerSettings.ofDefaults() : at.breaker())
                : null;
        fields.done();
        return provider == null
                ? null
                : new Model(
                        item.name(), provider, id, context, maxOutput, capabilities, price, space, timeouts, breaker);
    }

    /** @return null for those of the provider */
    private @Nullable Timeouts timeouts(MappingFields fields, @Nullable Provider provider, boolean reasons) {
        Timeouts outer = provider == null ? Timeouts.ofDefaults() : provider.timeouts();
        Timeouts defaults = reasons ? outer.forReasoning() : outer;
        Timeouts timeouts = limits.timeouts(fields, defaults);
        return timeouts.equals(outer) ? null : timeouts;
    }

    private @Nullable Price price(MappingFields fields, @Nullable Provider provider, boolean embeds) {
        if (!fields.has("price")) {
            if (provider != null && provider.protocol() != Protocol.SIMULATOR) {
                problems.error(
                        fields.at(),
                        fields.path("price"),
                        "is missing, so every cost of this model is unknown",
                        "Add { input: ..., output: ..., asOf: DATE } in USD per million tokens, or write 'price: unknown'.");
            }
            return null;
        }
        if (fields.node("price") instanceof YamlNode.Scalar scalar
                && scalar.text().equals("unknown")) {
            return null;
        }
        MappingFields inner = fields.inner("price");
        if (inner == null) {
            return null;
        }
        inner.required("input", "Give USD per million input tokens, or write 'price: unknown'.");
        if (!embeds) {
            inner.required("output", "Give USD per million output tokens, or write 'price: unknown'.");
        }
        BigDecimal input = inner.decimal("input", USD);
        BigDecimal output = embeds && !inner.has("output") ? BigDecimal.ZERO : inner.decimal("output", USD);
        BigDecimal cachedInput = inner.decimal("cachedInput", USD);
        BigDecimal cacheWrite = inner.decimal("cacheWrite", USD);
        BigDecimal cacheWriteHour = inner.decimal("cacheWriteHour", USD);
        Integer upTo = inner.integer("upTo", TOKENS);
        BigDecimal batch = inner.decimal("batch", FACTOR);
        LocalDate asOf = asOf(inner);
        String source = inner.text("source");
        inner.done();
        if (input == null || output == null) {
            return null;
        }
        if (!embeds) {
            checkCachePrices(inner, provider);
        }
        checkDecimals(inner, "input", input);
        checkDecimals(inner, "output", output);
        checkDecimals(inner, "cachedInput", cachedInput);
        checkDecimals(inner, "cacheWrite", cacheWrite);
        checkDecimals(inner, "cacheWriteHour", cacheWriteHour);
        Price price = new Price(input, output, cachedInput, cacheWrite, cacheWriteHour, batch, upTo, asOf, source);
        checkBatch(inner, price);
        return price;
    }

    private void checkBatch(MappingFields fields, Price price) {
        Price batch = price.ofBatch();
        if (batch != null) {
            checkDecimals(
                    fields,
                    "batch",
                    Stream.of(
                                    batch.input(),
                                    batch.output(),
                                    batch.cachedInput(),
                                    batch.cacheWrite(),
                                    batch.cacheWriteHour())
                            .filter(Objects::nonNull)
                            .max(Comparator.comparing(
                                    amount -> amount.stripTrailingZeros().scale()))
                            .orElse(null));
        }
    }

    /** The ledger rounds nothing: what it cannot hold it books as unknown. */
    private void checkDecimals(MappingFields price, String field, @Nullable BigDecimal amount) {
        if (amount != null && amount.stripTrailingZeros().scale() > MAX_DECIMALS) {
            problems.warning(
                    price.at(field),
                    price.path(field),
                    "has more than " + MAX_DECIMALS
                            + " decimals"
                            + (field.equals("batch") ? " once multiplied" : "")
                            + ": the ledger books the cost of most requests as unknown",
                    "Give USD per million tokens with at most " + MAX_DECIMALS + " decimals.");
        }
    }

    private @Nullable LocalDate asOf(MappingFields price) {
        LocalDate own = price.date("asOf");
        LocalDate asOf = own != null ? own : priceDate;
        if (price.has("asOf") && own == null) {
            return null;
        }
        if (asOf == null) {
            problems.warning(
                    price.at(),
                    price.path("asOf"),
                    "is missing: nobody can tell whether this price still holds",
                    "Add the day on which it was read, as in asOf: 2026-07-02, or a priceDate for the whole file.");
        } else if (asOf.isAfter(today)) {
            problems.error(
                    price.at("asOf"),
                    price.path("asOf"),
                    "is " + asOf + ", which is in the future (today is " + today + ")",
                    "Write the day on which the price was read.");
        } else if (asOf.plusDays(DAYS_UNTIL_OLD).isBefore(today)) {
            problems.warning(
                    price.at("asOf"),
                    price.path("asOf"),
                    "is " + asOf + ", more than a year ago",
                    "Look the price up again and write the new day.");
        }
        return asOf;
    }

    private void checkCachePrices(MappingFields price, @Nullable Provider provider) {
        if (provider == null || provider.protocol() == Protocol.SIMULATOR) {
            return;
        }
        if (!price.has("cachedInput")) {
            problems.warning(
                    price.at(),
                    price.path("cachedInput"),
                    "is missing: requests that hit the provider's cache will have unknown cost",
                    "Add the price of cached input; where the provider gives no discount it is that of 'input'.");
        }
        if (provider.protocol() == Protocol.ANTHROPIC && !price.has("cacheWrite")) {
            problems.warning(
                    price.at(),
                    price.path("cacheWrite"),
                    "is missing: requests that write to the provider's cache will have unknown cost",
                    "Add the price of cache writes.");
        }
    }
}
