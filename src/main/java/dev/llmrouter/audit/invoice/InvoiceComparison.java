package dev.llmrouter.audit.invoice;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares one day and model after the other, and says what is likely behind a difference. */
final class InvoiceComparison {
    private static final MathContext FOR_PEOPLE = new MathContext(6);
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    private final BigDecimal tolerancePercent;
    private final Map<String, Billed> ledgerSums;
    private final Map<String, Billed> invoiceSums;
    private final long spooled;
    private final ZonedDateTime begin;

    /**
     * @param ledgerSums of all days by model, as {@code invoiceSums}
     * @param spooled entries that the ledger's database lacks
     * @param begin of the ledger, in the zone of the days
     */
    InvoiceComparison(
            BigDecimal tolerancePercent,
            Map<String, Billed> ledgerSums,
            Map<String, Billed> invoiceSums,
            long spooled,
            ZonedDateTime begin) {
        this.begin = begin;
        this.spooled = spooled;
        this.tolerancePercent = tolerancePercent;
        this.ledgerSums = ledgerSums;
        this.invoiceSums = invoiceSums;
    }

    /** Null where both agree. @param ledger null where it has nothing, as {@code invoice} */
    @Nullable
    Difference of(BilledDay at, @Nullable Billed ledger, @Nullable Billed invoice) {
        if (ledger == null) {
            Billed billed = invoice == null ? Billed.NOTHING : invoice;
            List<String> fields = fields(Billed.NOTHING, billed);
            return fields.isEmpty()
                    ? null
                    : new Difference(at, Billed.NOTHING, billed, fields, causes(at, Billed.NOTHING, billed, fields));
        }
        if (invoice == null) {
            Billed all = invoiceSums.values().stream().reduce(Billed::plus).orElse(Billed.NOTHING);
            Billed nothing = new Billed(
                    all.requests() == null ? null : 0L,
                    all.inputTokens() == null ? null : 0L,
                    all.cachedInputTokens() == null ? null : 0L,
                    all.outputTokens() == null ? null : 0L,
                    all.costUsd() == null ? null : BigDecimal.ZERO,
                    0);
            List<String> fields = fields(ledger, nothing);
            return fields.isEmpty()
                    ? null
                    : new Difference(at, ledger, nothing, fields, causes(at, ledger, nothing, fields));
        }
        List<String> fields = fields(ledger, invoice);
        return fields.isEmpty()
                ? null
                : new Difference(at, ledger, invoice, fields, causes(at, ledger, invoice, fields));
    }

    private List<String> fields(Billed ledger, Billed invoice) {
        List<String> fields = new ArrayList<>();
        add(fields, "requests", ledger.requests(), invoice.requests());
        add(fields, "input_tokens", ledger.inputTokens(), invoice.inputTokens());
        add(fields, "cached_input_tokens", ledger.cachedInputTokens(), invoice.cachedInputTokens());
        add(fields, "output_tokens", ledger.outputTokens(), invoice.outputTokens());
        BigDecimal ours = ledger.costUsd();
        BigDecimal theirs = invoice.costUsd();
        if (ours != null && theirs != null && isApart(ours, theirs)) {
            fields.add("cost_usd");
        }
        return fields;
    }

    private void add(List<String> fields, String name, @Nullable Long ledger, @Nullable Long invoice) {
        if (ledger != null && invoice != null && isApart(BigDecimal.valueOf(ledger), BigDecimal.valueOf(invoice))) {
            fields.add(name);
        }
    }

    private boolean isApart(BigDecimal ledger, BigDecimal invoice) {
        BigDecimal allowed = ledger.abs().max(invoice.abs()).multiply(tolerancePercent);
        return ledger.subtract(invoice).abs().movePointRight(2).compareTo(allowed) > 0;
    }

    private List<String> causes(BilledDay at, Billed ledger, Billed invoice, List<String> fields) {
        List<String> causes = new ArrayList<>();
        Billed ledgerSum = ledgerSums.get(at.model());
        Billed invoiceSum = invoiceSums.get(at.model());
        if (ledgerSum != null
                && invoiceSum != null
                && fields(ledgerSum, invoiceSum).isEmpty()) {
            causes.add(
                    "over all days the two agree: the day ends at another hour there (the ledger was counted in days of"
                            + " --zone, UTC unless stated), or calls around midnight are booked on the day they ended");
            return causes;
        }
        boolean isAboutPrice = hasSameCalls(ledger, invoice);
        if (!isAboutPrice) {
            begins(causes, at, ledger, invoice);
        }
        if (spooled > 0 && isMore(invoice, ledger)) {
            causes.add(
                    (spooled == 1 ? "1 entry waits" : spooled + " entries wait")
                            + " in the ledger's spool for the database: compare again when a gateway has taken over what is there");
        }
        if (ledgerSum == null) {
            causes.add(
                    "the ledger has no call of this model at this provider: another client has used the account, or the"
                            + " model has another name here (--model THEIRS=OURS, or --policy)");
            return causes;
        }
        if (invoiceSum == null) {
            causes.add(
                    "the invoice does not know this model: another account or key paid, the export is filtered, or the"
                            + " model has another name there (--model THEIRS=OURS, or --policy)");
            return causes;
        }
        counts(causes, ledger, invoice);
        if (ledger.unknownCosts() > 0 && fields.contains("cost_usd")) {
            causes.add(ledger.unknownCosts()
                    + " calls have an unknown cost in the ledger (no price for what was used: service tier, sound, search, longer than upTo; or broken off), so its sum"
                    + " is too small");
        }
        prices(causes, ledger, invoice, fields);
        if (isAboutPrice) {
            begins(causes, at, ledger, invoice);
        }
        if (causes.isEmpty()) {
            causes.add("no likely cause was found; compare the calls of this day one by one");
        }
        return causes;
    }

    /** Whether something tells that the invoice is of no more calls: calls that are missing are then no likely cause. */
    private static boolean hasSameCalls(Billed ledger, Billed invoice) {
        boolean areCounted = ledger.requests() != null && invoice.requests() != null
                || ledger.inputTokens() != null && invoice.inputTokens() != null;
        return areCounted
                && !isMore(invoice.requests(), ledger.requests())
                && !isMore(invoice.inputTokens(), ledger.inputTokens())
                && !isMore(invoice.outputTokens(), ledger.outputTokens());
    }

    /** Of the day in which the ledger begins it may have a part. */
    private void begins(List<String> causes, BilledDay at, Billed ledger, Billed invoice) {
        if (begin.toLocalDate().equals(at.day()) && isMore(invoice, ledger)) {
            causes.add("the ledger begins at " + begin.toInstant()
                    + ", within this day: calls of before are not in it (not written down, or deleted by"
                    + " llm-router.ledger.keep-days)");
        }
    }

    private static void counts(List<String> causes, Billed ledger, Billed invoice) {
        Long ours = ledger.requests();
        Long theirs = invoice.requests();
        if (ours != null && theirs != null && theirs > ours) {
            causes.add(
                    (theirs - ours) + " requests are not in the ledger: another client has used the account, calls of"
                            + " validate or of judges, which have no row of their own, or rows that were lost");
        } else if (ours != null && theirs != null && theirs < ours) {
            causes.add((ours - theirs)
                    + " requests are not on the invoice: it does not count calls that failed or broke off,"
                    + " another account paid, or the export is not complete yet");
        } else if (theirs == null && isMore(invoice.inputTokens(), ledger.inputTokens())) {
            causes.add(
                    "the invoice has more tokens than the ledger: there are likely requests that are not in the ledger");
        }
    }

    private void prices(List<String> causes, Billed ledger, Billed invoice, List<String> fields) {
        boolean sameTokens = ledger.inputTokens() != null
                && invoice.inputTokens() != null
                && !fields.contains("input_tokens")
                && !fields.contains("output_tokens");
        boolean sameRequests = ledger.requests() != null && invoice.requests() != null && !fields.contains("requests");
        if (fields.contains("cached_input_tokens")) {
            causes.add("other input tokens count as read from the cache ("
                    + ledger.cachedInputTokens() + " in the ledger, " + invoice.cachedInputTokens()
                    + " on the invoice), which cost less");
        }
        if (!fields.contains("cost_usd")) {
            if (sameRequests && !sameTokens && !fields.contains("cached_input_tokens")) {
                causes.add(
                        "the same requests have other numbers of tokens: the ledger estimates them where a provider does"
                                + " not tell, as for streams that broke off");
            }
            return;
        }
        if (ledger.unknownCosts() > 0 && sameTokens) {
            return; // by what was left out, and not by a price
        }
        if (sameTokens && !fields.contains("cached_input_tokens")) {
            boolean hasCached = isMore(ledger.cachedInputTokens(), 0L);
            causes.add("the tokens agree and the price differs: " + perMillion(ledger)
                    + " USD per million tokens in the ledger, "
                    + perMillion(invoice) + " on the invoice"
                    + (hasCached ? "; cached tokens may be priced otherwise" : "")
                    + ". Check price and asOf of the model in the policy");
        } else if (!sameTokens && sameRequests) {
            causes.add(
                    "the same requests have other numbers of tokens: the ledger estimates them where a provider does not"
                            + " tell, as for streams that broke off");
        } else if (ledger.inputTokens() == null || invoice.inputTokens() == null) {
            causes.add(
                    "only costs can be compared here: the price differs, or there are requests that only one side has."
                            + " Reconcile the provider's usage export as well, which has tokens");
        }
    }

    private static boolean isMore(Billed one, Billed other) {
        BigDecimal cost = one.costUsd();
        BigDecimal less = other.costUsd();
        return isMore(one.requests(), other.requests())
                || isMore(one.inputTokens(), other.inputTokens())
                || isMore(one.outputTokens(), other.outputTokens())
                || cost != null && less != null && cost.compareTo(less) > 0;
    }

    private static boolean isMore(@Nullable Long one, @Nullable Long other) {
        return one != null && other != null && one > other;
    }

    private static String perMillion(Billed billed) {
        Long input = billed.inputTokens();
        Long output = billed.outputTokens();
        BigDecimal cost = billed.costUsd();
        long tokens = (input == null ? 0 : input) + (output == null ? 0 : output);
        return cost == null || tokens == 0
                ? "an unknown price in"
                : cost.multiply(MILLION)
                        .divide(BigDecimal.valueOf(tokens), FOR_PEOPLE)
                        .stripTrailingZeros()
                        .toPlainString();
    }
}
