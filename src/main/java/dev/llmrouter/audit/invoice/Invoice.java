package dev.llmrouter.audit.invoice;

import java.io.IOException;
import java.io.Reader;
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
 * @param notTold what it does not tell, as {@link Difference#fields} calls it
 * @param unused names of its columns that nothing was read from
 */
public record Invoice(SortedMap<BilledDay, Billed> days, int rows, List<String> notTold, List<String> unused) {
    /** Stands for the model of a row that names none. */
    static final String NO_MODEL = "(no model)";

    private static final Pattern SECONDS = Pattern.compile("\\d{9,10}(\\.0+)?");
    private static final Pattern MILLIS = Pattern.compile("\\d{12,13}");
    private static final int LONGEST_DAY = 40;

    /** In some countries a thousand is written so; as a number it is one. */
    private static final Pattern THOUSANDS = Pattern.compile("[$+]*[1-9]\\d{0,2}\\.\\d{3}");

    public Invoice {
        notTold = List.copyOf(notTold);
        unused = List.copyOf(unused);
    }

    /**
     * Reads an export row by row; only sums are kept.
     *
     * @param csv its text; is closed
     * @param zone whose days are meant where a cell tells a moment; a cell that tells a day is taken as it is
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException says which line and column cannot be read, in words that follow the file's name
     * @throws ArithmeticException if its numbers add up to more than can be counted
     */
    public static Invoice read(Reader csv, InvoiceColumns columns, ZoneId zone) throws IOException {
        try (CsvTable table = new CsvTable(csv)) {
            InvoiceColumns.Found found = columns.in(table);
            TreeMap<BilledDay, Billed> days = new TreeMap<>();
            int rows = 0;
            for (CsvTable.Row row = table.next(); row != null; row = table.next()) {
                rows++;
                checkLength(table, row);
                checkCurrency(row, found.currency());
                Billed billed = new Billed(
                        whole(table, row, found.requests()),
                        whole(table, row, found.input()),
                        whole(table, row, found.cached()),
                        whole(table, row, found.output()),
                        found.inUsd(sum(table, row, found.cost())),
                        0);
                String model = model(row.cell(found.model()));
                days.merge(new BilledDay(day(row, found.date(), zone), model), billed, Billed::plus);
            }
            if (!days.isEmpty()
                    && days.keySet().stream().allMatch(at -> at.model().equals(NO_MODEL))) {
                throw new IllegalArgumentException("is not grouped by model: column '"
                        + table.columns().get(found.model())
                        + "' is empty in every row. Group it by model or line item where you export it, or name the"
                        + " column with --model-column.");
            }
            return new Invoice(days, rows, found.notTold(), found.unused());
        }
    }

    /** What is not there would count as 0. */
    private static void checkLength(CsvTable table, CsvTable.Row row) {
        int named = table.columns().size();
        while (named > 0 && table.columns().get(named - 1).isEmpty()) {
            named--;
        }
        if (row.cells().size() < named) {
            throw new IllegalArgumentException("line " + row.line() + " has "
                    + row.cells().size() + " cells, and the header has " + named
                    + ": a row that breaks off is not read as 0. Export it again, or remove the line.");
        }
    }

    private static void checkCurrency(CsvTable.Row row, int column) {
        String currency = column < 0 ? "" : row.cell(column);
        if (!currency.isEmpty() && !currency.equalsIgnoreCase("usd")) {
            throw new IllegalArgumentException(
                    "line " + row.line() + " is in " + currency + "; the ledger counts in USD, and does not convert.");
        }
    }

    /** A line item is a model and what was counted: "gpt-x, input". */
    private static String model(String cell) {
        int comma = cell.indexOf(", ");
        String name = comma < 0 ? cell : cell.substring(0, comma);
        return name.isEmpty() ? NO_MODEL : name;
    }

    private static LocalDate day(CsvTable.Row row, int column, ZoneId zone) {
        String text = row.cell(column);
        try {
            if (text.length() > LONGEST_DAY) {
                throw new DateTimeException("too long");
            }
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
            throw new IllegalArgumentException("line " + row.line() + " has the day '"
                    + text.substring(0, Math.min(LONGEST_DAY, text.length()))
                    + "'; allowed are 2026-07-31, 2026-07-31T00:00:00Z and seconds since 1970.");
        }
    }

    private static @Nullable Long whole(CsvTable table, CsvTable.Row row, List<Integer> columns) {
        for (int column : columns) {
            String text = row.cell(column);
            if (THOUSANDS.matcher(text).matches()) {
                throw new IllegalArgumentException("line " + row.line() + " has '" + text + "' in column '"
                        + table.columns().get(column)
                        + "', which counts: 1.000 may be one or a thousand. Export it without groups of thousands and"
                        + " without decimals.");
            }
        }
        BigDecimal sum = sum(table, row, columns);
        try {
            if (sum == null || sum.signum() >= 0) {
                return sum == null ? null : Long.valueOf(sum.longValueExact());
            }
        } catch (ArithmeticException e) {
            throw notWhole(table, row, sum, columns);
        }
        throw notWhole(table, row, sum, columns);
    }

    private static IllegalArgumentException notWhole(
            CsvTable table, CsvTable.Row row, @Nullable BigDecimal sum, List<Integer> columns) {
        return new IllegalArgumentException("line " + row.line() + " has " + sum + " in column '"
                + table.columns().get(columns.get(0)) + "'; allowed is a whole number of 0 or more.");
    }

    private static @Nullable BigDecimal sum(CsvTable table, CsvTable.Row row, List<Integer> columns) {
        BigDecimal sum = columns.isEmpty() ? null : BigDecimal.ZERO;
        for (int column : columns) {
            String text = row.cell(column);
            try {
                if (sum != null && !text.isEmpty()) {
                    sum = sum.add(InvoiceNumber.parse(text));
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("line " + row.line() + " has '"
                        + text.substring(0, Math.min(LONGEST_DAY, text.length())) + "' in column '"
                        + table.columns().get(column) + "'; " + InvoiceNumber.ALLOWED + ".");
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
        return new Invoice(left, rows, notTold, unused);
    }

    /** The same with other names; models that get one name are added up. */
    Invoice named(UnaryOperator<String> names) {
        TreeMap<BilledDay, Billed> named = new TreeMap<>();
        days.forEach(
                (at, billed) -> named.merge(new BilledDay(at.day(), names.apply(at.model())), billed, Billed::plus));
        return new Invoice(named, rows, notTold, unused);
    }
}
