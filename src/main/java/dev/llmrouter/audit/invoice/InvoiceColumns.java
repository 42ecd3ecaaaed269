package dev.llmrouter.audit.invoice;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of an export say what. A name may be several with a plus between them, whose numbers are added.
 *
 * @param date null for what is found by its name, as all others
 */
public record InvoiceColumns(
        @Nullable String date,
        @Nullable String model,
        @Nullable String requests,
        @Nullable String input,
        @Nullable String cached,
        @Nullable String output,
        @Nullable String cost) {
    /** All of them found by their names. */
    public static final InvoiceColumns DETECTED = new InvoiceColumns(null, null, null, null, null, null, null);

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
            int currency) {}

    /** @throws IllegalArgumentException if a named column is not there, or none says the day, the model, or anything to compare */
    Found in(CsvTable table) {
        int day = one(table, date, DATES, "the day", "--date-column");
        int name = one(table, model, MODELS, "the model", "--model-column");
        int currency =
                table.column("amount_currency") >= 0 ? table.column("amount_currency") : table.column("currency");
        Found found = new Found(
                day,
                name,
                all(table, requests, REQUESTS),
                all(table, input, INPUTS),
                all(table, cached, CACHED),
                all(table, output, OUTPUTS),
                all(table, cost, COSTS),
                currency);
        if (found.requests.isEmpty() && found.input.isEmpty() && found.output.isEmpty() && found.cost.isEmpty()) {
            throw new IllegalArgumentException("has no column of requests, tokens or cost that is known. Name them with"
                    + " --requests-column, --input-column, --output-column, --cost-column; it has: "
                    + String.join(", ", table.columns()));
        }
        return found;
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
