package dev.llmrouter.audit.invoice;

import dev.llmrouter.record.ledger.LedgerCall;
import dev.llmrouter.record.ledger.LedgerReader;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a ledger says that one provider billed, by day and model: every call, also of attempts that failed and of shadows. */
final class LedgerBill {
    private final TreeMap<BilledDay, Billed> days = new TreeMap<>();
    private final Set<String> models = new HashSet<>();
    private final Set<String> others = new TreeSet<>();
    private final List<LedgerCall> classifications = new ArrayList<>();
    private final Set<String> providers;
    private final Set<String> seen = new HashSet<>();
    private final ModelNames names;
    private final ZoneId zone;

    private LedgerBill(Set<String> providers, ModelNames names, ZoneId zone) {
        this.providers = providers;
        this.names = names;
        this.zone = zone;
    }

    /**
     * @param providers all that the invoice is of
     * @param names know models of these providers, beside those that the ledger shows there: calls that ask for the task are
     *     booked without a provider
     * @throws IllegalArgumentException if nothing says that there is such a provider, and the ledger has calls of others
     */
    static SortedMap<BilledDay, Billed> read(
            LedgerReader ledger, Set<String> providers, LocalDate from, LocalDate to, ZoneId zone, ModelNames names)
            throws SQLException {
        LedgerBill bill = new LedgerBill(providers, names, zone);
        bill.models.addAll(names.models());
        ledger.calls(
                from.atStartOfDay(zone).toInstant().toEpochMilli(),
                to.plusDays(1).atStartOfDay(zone).toInstant().toEpochMilli(),
                bill::add);
        Set<String> missing = new TreeSet<>(providers);
        missing.removeAll(bill.seen);
        bill.others.addAll(bill.seen);
        if (names.models().isEmpty() && !missing.isEmpty() && !bill.others.isEmpty()) {
            throw new IllegalArgumentException("cannot be compared: the ledger has no call at a provider '"
                    + String.join("' or '", missing) + "' in this time; it has calls at "
                    + String.join(", ", bill.others)
                    + ". Correct --provider, or name the policy that has it with --policy FILE.");
        }
        bill.classifications.stream()
                .filter(call -> bill.models.contains(call.model()))
                .forEach(bill::book);
        return bill.days;
    }

    private void add(LedgerCall call) {
        if (call.provider() == null) {
            classifications.add(call);
        } else if (providers.contains(call.provider())) {
            seen.add(call.provider());
            models.add(call.model());
            book(call);
        } else {
            others.add(call.provider());
        }
    }

    private void book(LedgerCall call) {
        BigDecimal cost = call.costUsd();
        LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(call.timeMillis()), zone);
        days.merge(
                new BilledDay(day, names.ofLedger(call.model())),
                new Billed(
                        1L,
                        call.inputTokens(),
                        call.cachedInputTokens(),
                        call.outputTokens(),
                        cost == null ? BigDecimal.ZERO : cost,
                        cost == null ? 1 : 0),
                Billed::plus);
    }
}
