package dev.llmrouter.report;

import dev.llmrouter.audit.routing.Replay;
import dev.llmrouter.audit.routing.ReplayLine;
import dev.llmrouter.audit.routing.RoutingAudit;
import dev.llmrouter.audit.routing.Savings;
import dev.llmrouter.audit.routing.StaticMix;
import dev.llmrouter.report.page.Block;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts of the routing audit that are about money, and how amounts are written in it. */
final class AuditMoney {
    private static final int HEAD_DECIMALS = 2;

    private AuditMoney() {}

    /** What routing was worth, part by part; nothing where nothing can be compared. */
    static List<Block> savings(RoutingAudit audit) {
        List<Block> blocks = new ArrayList<>();
        Savings all = audit.savings();
        if (all.comparable() == 0) {
            return blocks;
        }
        blocks.add(new Block.Heading(2, "Money"));
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("always the baseline, same tokens", usd(all.premiumUsd())));
        rows.add(List.of("saved by cheaper answers", usd(all.grossUsd())));
        rows.add(List.of("less classification", usd(all.classifierUsd().negate())));
        rows.add(List.of("less repeated calls", usd(all.retriesUsd().negate())));
        rows.add(List.of("less escalations", usd(all.escalationsUsd().negate())));
        rows.add(List.of("less checks of outputs", usd(all.checksUsd().negate())));
        rows.add(List.of("less shadows and judges", usd(all.comparingUsd().negate())));
        Savings.Errors errors = all.errors();
        rows.add(
                errors == null
                        ? List.of("less the cost of errors", "not known")
                        : List.of(
                                errors.isAtWorst()
                                        ? "less the cost of errors, at worst (interval)"
                                        : "less the cost of errors (interval)",
                                usd(errors.usd().negate()) + " ("
                                        + usd(errors.highUsd().negate()) + " to "
                                        + usd(errors.lowUsd().negate()) + ")"));
        rows.add(List.of("net", usd(all.netUsd())));
        blocks.add(new Block.Figures(
                List.of(Phrases.format("of %,d requests with both costs known", all.comparable()), "USD"), rows));
        StaticMix mix = audit.mix();
        blocks.add(new Block.Paragraph(
                mix == null
                        ? "Against a static mix of the same cost: not known, because no route below the baseline has a known"
                                + " quality, or none is cheaper."
                        : Phrases.format(
                                "Against a static mix of the same cost, which sends %.1f %% of each task to the baseline at"
                                        + " random: routing lost %.2f points of quality against always asking the baseline,"
                                        + " the mix would have lost %.2f, on the %,d requests of tasks whose loss is known."
                                        + " The loss of a task is taken to be the same for all of its requests.",
                                100 * mix.premiumShare(),
                                100 * mix.routedLoss(),
                                100 * mix.mixedLoss(),
                                mix.requests())));
        return blocks;
    }

    /** What the ledger would have cost under each policy. */
    static List<Block> replay(RoutingAudit audit) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Block.Heading(2, "What other policies would have cost"));
        List<List<String>> rows = new ArrayList<>();
        for (ReplayLine line : audit.replay()) {
            rows.add(List.of(
                    line.name(),
                    usd(line.usd()),
                    usd(line.billedUsd()),
                    line.billedUsd().signum() == 0
                            ? "not known"
                            : Phrases.format(
                                    "%+.1f %%",
                                    100
                                            * (line.usd().doubleValue()
                                                            / line.billedUsd().doubleValue()
                                                    - 1)),
                    line.priced() == 0 ? "" : Phrases.percent((double) line.premium() / line.priced()),
                    Phrases.format("%,d of %,d", line.priced(), line.requests())));
        }
        blocks.add(new Block.Figures(
                List.of("policy", "USD", "billed, USD", "change", "at its baseline tier", "requests priced"), rows));
        blocks.add(new Block.Items(Replay.ASSUMPTIONS));
        return blocks;
    }

    /** Rounded, with the currency. */
    static String dollars(BigDecimal usd) {
        return usd.compareTo(BigDecimal.ONE) < 0
                ? usd(usd) + " USD"
                : Phrases.format("%,.2f USD", usd.setScale(HEAD_DECIMALS, RoundingMode.HALF_EVEN));
    }

    /** As {@link #usd}, or that it is not known. */
    static String known(@Nullable BigDecimal usd) {
        return usd == null ? "not known" : usd(usd);
    }

    /** As {@link #known}, of a sum in which so many costs are missing. */
    static String atLeast(@Nullable BigDecimal usd, long unknownCosts) {
        return usd != null && unknownCosts > 0 ? "at least " + usd(usd) : known(usd);
    }

    /** With four significant digits below one, cents above it. */
    static String usd(BigDecimal usd) {
        BigDecimal size = usd.abs();
        if (size.signum() == 0) {
            return "0";
        }
        return size.compareTo(BigDecimal.ONE) >= 0
                ? Phrases.format("%,.2f", usd)
                : usd.round(new java.math.MathContext(4, RoundingMode.HALF_EVEN))
                        .stripTrailingZeros()
                        .toPlainString();
    }
}
