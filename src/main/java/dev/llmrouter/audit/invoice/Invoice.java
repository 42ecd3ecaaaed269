package dev.llmrouter.audit.invoice;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a provider says it billed, by day and model.
 *
 * @param rows of the export
 */
public record Invoice(SortedMap<BilledDay, Billed> days, int rows) {
    private static final Pattern SECONDS = Pattern.compile("\\d{9,10}(\\.0+)?");
    private static final Pattern MILLIS = Pattern.compile("\\d{12,13}");

    /**
     * Reads an export.
     *
     * @param csv its text
     * @param zone whose days are meant where a cell tells a moment; a cell that tells a day is taken as it is
     * @param names the ledger's name for a model of the provider's
     * @throws IllegalArgumentException says which line and column cannot be read, in words that follow the file's name
     */
    public static Invoice parse(String csv, InvoiceColumns columns, ZoneId zone, UnaryOperator<String> names) {
        CsvTable table = CsvTable.parse(csv);
        InvoiceColumns.Found found = columns.in(table);
        TreeMap<BilledDay, Billed> days = new TreeMap<>();
        for (CsvTable.Row row : table.rows()) {
            if (found.currency() >= 0
                    && !row.cell(found.currency()).isEmpty()
                    && !row.cell(found.currency()).equalsIgnoreCase("usd")) {
                throw new IllegalArgumentException("line " + row.line() + " is in " + row.cell(found.currency())
                        + "; the ledger counts in USD, and does not convert.");
            }
            BilledDay at = new BilledDay(day(row, found.date(), zone), names.apply(model(row.cell(found.model()))));
            Billed billed = new Billed(
                    whole(table, row, found.requests()),
                    whole(table, row, found.input()),
                    whole(table, row, found.cached()),
                    whole(table, row, found.output()),
                    sum(table, row, found.cost()),
                    0);
            days.merge(at, billed, Billed::plus);
        }
        return new Invoice(days, table.rows().size());
    }

    /** A line item is a model and what was counted: "gpt-x, input". */
    private static String model(String cell) {
        int comma = cell.indexOf(", ");
        return comma < 0 ? cell : cell.substring(0, comma);
    }

    private static LocalDate day(CsvTable.Row row, int column, ZoneId zone) {
        String text = row.cell(column);
        try {
            if (SECONDS.matcher(text).matches()) {
                return LocalDate.ofInstant(Instant.ofEpochSecond(new BigDecimal(text).longValueExact()), zone);
            }
            if (MILLIS.matcher(text).matches()) {
                return LocalDate.ofInstant(Instant.ofEpochMilli(Long.parseLong(text)), zone);
            }
            if (text.length() <= 10) {
                return LocalDate.parse(text);
            }
            String iso = text.replace(' ', 'T');
            try {
                return OffsetDateTime.parse(iso).atZoneSameInstant(zone).toLocalDate();
            } catch (DateTimeParseException e) {
                return LocalDateTime.parse(iso).toLocalDate();
            }
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("line " + row.line() + " has the day '" + text
                    + "'; allowed are 2026-07-31, 2026-07-31T00:00:00Z and seconds since 1970.");
        }
    }

    private static @Nullable Long whole(CsvTable table, CsvTable.Row row, List<Integer> columns) {
        BigDecimal sum = sum(table, row, columns);
        try {
            return sum == null ? null : Long.valueOf(sum.longValueExact());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("line " + row.line() + " has " + sum + " in column '"
                    + table.columns().get(columns.get(0)) + "'; allowed is a whole number.");
        }
    }

    private static @Nullable BigDecimal sum(CsvTable table, CsvTable.Row row, List<Integer> columns) {
        BigDecimal sum = columns.isEmpty() ? null : BigDecimal.ZERO;
        for (int column : columns) {
            String text = row.cell(column);
            try {
                if (sum != null && !text.isEmpty()) {
                    sum = sum.add(new BigDecimal(text.startsWith("$") ? text.substring(1) : text));
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("line " + row.line() + " has '" + text + "' in column '"
                        + table.columns().get(column) + "'; allowed is a number with a decimal point.");
            }
        }
        return sum;
    }

    /** All days and models together; what is not told is null. */
    Billed total() {
        return days.values().stream().reduce(Billed::plus).orElse(Billed.NOTHING);
    }

    /** Between two days, both inclusive. */
    public Invoice between(@Nullable LocalDate from, @Nullable LocalDate to) {
        TreeMap<BilledDay, Billed> left = new TreeMap<>();
        for (Map.Entry<BilledDay, Billed> each : days.entrySet()) {
            LocalDate day = each.getKey().day();
            if ((from == null || !day.isBefore(from)) && (to == null || !day.isAfter(to))) {
                left.put(each.getKey(), each.getValue());
            }
        }
        return new Invoice(left, rows);
    }
}
