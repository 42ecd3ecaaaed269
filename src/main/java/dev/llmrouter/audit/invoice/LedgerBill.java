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
    private final String provider;
    private final ZoneId zone;

    private LedgerBill(String provider, ZoneId zone) {
        this.provider = provider;
        this.zone = zone;
    }

    /**
     * @param known models of this provider, beside those that the ledger shows there: calls that ask for the task are booked
     *     without a provider
     * @throws IllegalArgumentException if nothing says that there is such a provider, and the ledger has calls of others
     */
    static SortedMap<BilledDay, Billed> read(
            LedgerReader ledger, String provider, LocalDate from, LocalDate to, ZoneId zone, Set<String> known)
            throws SQLException {
        LedgerBill bill = new LedgerBill(provider, zone);
        bill.models.addAll(known);
        ledger.calls(
                from.atStartOfDay(zone).toInstant().toEpochMilli(),
                to.plusDays(1).atStartOfDay(zone).toInstant().toEpochMilli(),
                bill::add);
        if (bill.models.isEmpty() && !bill.others.isEmpty()) {
            throw new IllegalArgumentException("cannot be compared: the ledger has no call at a provider '" + provider
                    + "' in this time; it has calls at " + String.join(", ", bill.others)
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
        } else if (call.provider().equals(provider)) {
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
                new BilledDay(day, call.model()),
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
