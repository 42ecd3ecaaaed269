package dev.llmrouter.audit.invoice;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of an export say what. A name may be several with a plus between them, whose numbers are added.
 *
 * @param date null for what is found by its name, as all others
 * @param cost {@value #NONE} for a cost that is not compared
 * @param costUnit null for USD, where nothing makes that doubtful
 */
public record InvoiceColumns(
        @Nullable String date,
        @Nullable String model,
        @Nullable String requests,
        @Nullable String input,
        @Nullable String cached,
        @Nullable String output,
        @Nullable String cost,
        @Nullable CostUnit costUnit) {
    /** What a column of costs counts. */
    public enum CostUnit {
        USD,
        CENTS
    }

    /** All of them found by their names. */
    public static final InvoiceColumns DETECTED = new InvoiceColumns(null, null, null, null, null, null, null, null);

    /** In place of a column of costs: there is none to compare. */
    public static final String NONE = "none";

    private static final Pattern MONEY = Pattern.compile("cost|amount|spend|charge", Pattern.CASE_INSENSITIVE);

    // names in the exports of OpenAI (usage, costs) and Anthropic (usage, cost), of their administration APIs, and
    // plain ones
    private static final List<String> DATES = List.of(
            "usage_date_utc", "start_time_iso", "start_time", "starting_at", "usage_date", "date", "day", "timestamp");
    private static final List<String> MODELS =
            List.of("model_version", "model", "model_name", "line_item", "snapshot_id", "description");
    private static final List<String> REQUESTS =
            List.of("num_model_requests", "n_requests", "num_requests", "request_count", "requests", "calls");
    private static final List<String> INPUTS = List.of(
            "usage_input_tokens_no_cache+usage_input_tokens_cache_write_5m+usage_input_tokens_cache_write_1h"
                    + "+usage_input_tokens_cache_read",
            "usage_input_tokens_no_cache+usage_input_tokens_cache_write+usage_input_tokens_cache_read",
            "uncached_input_tokens+cache_creation_input_tokens+cache_read_input_tokens",
            "input_tokens",
            "n_context_tokens_total",
            "prompt_tokens");
    private static final List<String> CACHED = List.of(
            "usage_input_tokens_cache_read", "input_cached_tokens", "cached_input_tokens", "cache_read_input_tokens");
    private static final List<String> OUTPUTS =
            List.of("usage_output_tokens", "output_tokens", "n_generated_tokens_total", "completion_tokens");
    private static final List<String> COSTS =
            List.of("cost_usd", "amount_value", "cost_in_usd", "total_cost", "cost", "amount");

    /** Numbers of the columns of one table; an empty list for what it does not tell. */
    record Found(
            int date,
            int model,
            List<Integer> requests,
            List<Integer> input,
            List<Integer> cached,
            List<Integer> output,
            List<Integer> cost,
            int currency,
            boolean areCents,
            List<String> unused) {
        @Nullable
        BigDecimal inUsd(@Nullable BigDecimal cost) {
            return cost == null || !areCents ? cost : cost.movePointLeft(2);
        }

        List<String> notTold() {
            List<String> names = new ArrayList<>();
            add(names, requests, "requests");
            add(names, input, "input_tokens");
            add(names, cached, "cached_input_tokens");
            add(names, output, "output_tokens");
            add(names, cost, "cost_usd");
            return names;
        }

        private static void add(List<String> names, List<Integer> columns, String name) {
            if (columns.isEmpty()) {
                names.add(name);
            }
        }
    }

    /** @throws IllegalArgumentException if a named column is not there, or none says the day, the model, or anything to compare, or if one may say a cost and it is not known which */
    Found in(CsvTable table) {
        int day = one(table, date, DATES, "the day", "--date-column");
        int name = one(table, model, MODELS, "the model", "--model-column");
        int currency =
                table.column("amount_currency") >= 0 ? table.column("amount_currency") : table.column("currency");
        List<Integer> counts = all(table, requests, REQUESTS);
        List<Integer> inputs = all(table, input, INPUTS);
        List<Integer> reads = all(table, cached, CACHED);
        List<Integer> outputs = all(table, output, OUTPUTS);
        List<Integer> costs = NONE.equals(cost) && table.column(NONE) < 0 ? List.of() : all(table, cost, COSTS);
        checkUnit(table, costs);
        Set<Integer> used = new HashSet<>(List.of(day, name, currency));
        List.of(counts, inputs, reads, outputs, costs).forEach(used::addAll);
        Found found = new Found(
                day,
                name,
                counts,
                inputs,
                reads,
                outputs,
                costs,
                currency,
                costUnit == CostUnit.CENTS,
                IntStream.range(0, table.columns().size())
                        .filter(column -> !used.contains(column))
                        .mapToObj(table.columns()::get)
                        .toList());
        checkMoney(found);
        if (found.requests.isEmpty() && found.input.isEmpty() && found.output.isEmpty() && found.cost.isEmpty()) {
            throw new IllegalArgumentException("has no column of requests, tokens or cost that is known. Name them with"
                    + " --requests-column, --input-column, --output-column, --cost-column; it has: "
                    + String.join(", ", table.columns()));
        }
        return found;
    }

    /** Money that is not compared must not pass for money that agrees. */
    private void checkMoney(Found found) {
        List<String> doubtful =
                found.unused.stream().filter(name -> MONEY.matcher(name).find()).toList();
        if (cost == null && found.cost.isEmpty() && !doubtful.isEmpty()) {
            throw new IllegalArgumentException("has no column of costs that is known, and '"
                    + String.join("', '", doubtful)
                    + "' may be one. If it is in USD name it with --cost-column '" + doubtful.get(0)
                    + "'; else compare no cost with --cost-column " + NONE + ".");
        }
    }

    /** Dollars and cents of one name: the export of Anthropic's cost report looks like one in either. */
    private void checkUnit(CsvTable table, List<Integer> costs) {
        int amount = table.column("amount");
        if (costUnit == null && costs.contains(amount) && table.column("starting_at") >= 0) {
            throw new IllegalArgumentException("has a column 'amount' beside 'starting_at', as Anthropic's cost report,"
                    + " and nothing says whether it is in dollars or in cents. Look at a bill that you know, and say"
                    + " --cost-unit cents or --cost-unit usd; or compare no cost with --cost-column " + NONE + ".");
        }
    }

    private static int one(CsvTable table, @Nullable String named, List<String> known, String what, String option) {
        List<Integer> found = all(table, named, known);
        if (found.size() != 1) {
            throw new IllegalArgumentException("has no one column that says " + what + ". Name it with " + option
                    + "; it has: " + String.join(", ", table.columns()));
        }
        return found.get(0);
    }

    private static List<Integer> all(CsvTable table, @Nullable String named, List<String> known) {
        if (named != null) {
            List<Integer> found = numbers(table, named);
            if (found.isEmpty()) {
                throw new IllegalArgumentException(
                        "has no column '" + named + "'; it has: " + String.join(", ", table.columns()));
            }
            return found;
        }
        return known.stream()
                .map(name -> numbers(table, name))
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    /** Empty unless all of them are there. */
    private static List<Integer> numbers(CsvTable table, String names) {
        List<Integer> numbers = new ArrayList<>();
        int whole = table.column(names);
        for (String name : whole >= 0 ? new String[] {names} : names.split("\\+", -1)) {
            int number = table.column(name.strip());
            if (number < 0) {
                return List.of();
            }
            numbers.add(number);
        }
        return numbers;
    }
}
