package dev.llmrouter.audit.invoice;

import dev.llmrouter.record.ledger.LedgerReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A provider's invoice beside the ledger, day by day and model by model.
 *
 * @param providers whose calls are compared
 * @param from first day, inclusive
 * @param to last day, inclusive
 * @param tolerancePercent how far two numbers may be apart, in percent of the greater one
 * @param compared days and models that at least one side has
 * @param ledger all of them together
 * @param invoice all of them together
 * @param notCompared what the invoice does not tell, as {@link Difference#fields} calls it
 * @param unused names of columns of the invoice that nothing was read from
 * @param spooled entries that wait for the ledger's database, and are not in the ledger's numbers
 */
public record Reconciliation(
        List<String> providers,
        LocalDate from,
        LocalDate to,
        ZoneId zone,
        BigDecimal tolerancePercent,
        int compared,
        Billed ledger,
        Billed invoice,
        List<Difference> differences,
        List<String> notCompared,
        List<String> unused,
        long spooled) {
    public Reconciliation {
        providers = List.copyOf(providers);
        notCompared = List.copyOf(notCompared);
        unused = List.copyOf(unused);
        differences = List.copyOf(differences);
    }

    /**
     * Compares.
     *
     * @param from null for the first day of the invoice
     * @param to null for its last day
     * @param providers all that the invoice is of, as several keys of one account
     * @param names under which models are compared
     * @param tolerancePercent 0 to 100
     * @throws IllegalArgumentException if the invoice has no rows in this time, and so no days to compare; or if rows of the
     *     ledger of these days were deleted; or if the ledger begins after one of them; or if it knows other providers only
     * @throws ArithmeticException if numbers add up to more than can be counted
     * @throws IOException if what waits for the ledger's database cannot be read
     */
    public static Reconciliation of(
            LedgerReader reader,
            Invoice whole,
            List<String> providers,
            @Nullable LocalDate from,
            @Nullable LocalDate to,
            ZoneId zone,
            ModelNames names,
            BigDecimal tolerancePercent)
            throws SQLException, IOException {
        Invoice billed = whole.between(from, to);
        if (billed.days().isEmpty()) {
            throw new IllegalArgumentException("has no rows in this time; it has " + whole.rows() + " rows"
                    + (whole.days().isEmpty()
                            ? "."
                            : " from " + whole.days().firstKey().day() + " to "
                                    + whole.days().lastKey().day() + "."));
        }
        LocalDate first = from != null ? from : billed.days().firstKey().day();
        LocalDate last = to != null ? to : billed.days().lastKey().day();
        checkRows(reader, first, last, zone);
        Instant begin = begin(reader, billed.days().firstKey().day(), last, zone);
        SortedMap<BilledDay, Billed> ledger =
                LedgerBill.read(reader, new TreeSet<>(providers), first, last, zone, names);
        Set<String> known = ledger.keySet().stream().map(BilledDay::model).collect(Collectors.toSet());
        Invoice invoice = billed.named(name -> names.ofInvoice(name, known));
        long spooled = reader.spooled();
        InvoiceComparison comparison = new InvoiceComparison(
                tolerancePercent, sums(ledger), sums(invoice.days()), spooled, begin.atZone(zone));
        TreeSet<BilledDay> all = new TreeSet<>(ledger.keySet());
        all.addAll(invoice.days().keySet());
        List<Difference> differences = new ArrayList<>();
        for (BilledDay at : all) {
            Difference difference =
                    comparison.of(at, ledger.get(at), invoice.days().get(at));
            if (difference != null) {
                differences.add(difference);
            }
        }
        return new Reconciliation(
                providers,
                first,
                last,
                zone,
                tolerancePercent,
                all.size(),
                ledger.values().stream().reduce(Billed.NOTHING, Billed::plus),
                invoice.total(),
                differences,
                invoice.notTold(),
                invoice.unused(),
                spooled);
    }

    /** Sums do not tell calls that failed and shadows apart by provider: without rows there is nothing to compare. */
    private static void checkRows(LedgerReader reader, LocalDate first, LocalDate last, ZoneId zone)
            throws SQLException {
        OptionalLong since = reader.rowsSinceMillis();
        if (since.isEmpty() || first.atStartOfDay(zone).toInstant().toEpochMilli() >= since.getAsLong()) {
            return;
        }
        if (since.getAsLong() == Long.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "has days whose calls the ledger has no longer: all rows were deleted (llm-router.ledger.keep-days)."
                            + " Compare invoices before that time is over.");
        }
        Instant rows = Instant.ofEpochMilli(since.getAsLong());
        LocalDate whole = LocalDate.ofInstant(rows.minusMillis(1), zone).plusDays(1);
        throw new IllegalArgumentException("has days whose calls the ledger has no longer: rows of before "
                + rows + " were deleted (llm-router.ledger.keep-days). "
                + (whole.isAfter(last)
                        ? "Compare invoices before that time is over."
                        : "Compare the days that are whole with --from " + whole + "."));
    }

    /**
     * When the ledger begins. Where a row and its sum went at the same time, nothing else shows that there was something before.
     *
     * @param first of the invoice's own days
     * @throws IllegalArgumentException if that is after this day
     */
    private static Instant begin(LedgerReader reader, LocalDate first, LocalDate last, ZoneId zone)
            throws SQLException {
        OptionalLong oldest = reader.oldestMillis();
        if (oldest.isEmpty()) {
            throw new IllegalArgumentException(
                    "cannot be compared: the ledger has no requests. Either none was made yet,"
                            + " or all were deleted (llm-router.ledger.keep-days), or --data names another folder.");
        }
        Instant begin = Instant.ofEpochMilli(oldest.getAsLong());
        LocalDate day = LocalDate.ofInstant(begin, zone);
        if (!first.isBefore(day)) {
            return begin;
        }
        throw new IllegalArgumentException("has days of which the ledger has nothing: the ledger begins at " + begin
                + "; what was before was not written down, or was deleted (llm-router.ledger.keep-days,"
                + " keep-rollup-days). "
                + (day.isAfter(last)
                        ? "Compare invoices of the time since."
                        : "Compare the days since then with --from " + day + "."));
    }

    private static Map<String, Billed> sums(SortedMap<BilledDay, Billed> days) {
        Map<String, Billed> sums = new TreeMap<>();
        days.forEach((at, billed) -> sums.merge(at.model(), billed, Billed::plus));
        return sums;
    }
}
