package dev.llmrouter.cli;

import dev.llmrouter.audit.invoice.InvoiceColumns;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which columns of a provider's export say what. Those of OpenAI's and Anthropic's exports are found by their names. */
final class InvoiceOptions {
    @Option(names = "--date-column", paramLabel = "NAME", description = "Column with the day, or a moment of it.")
    @Nullable
    String date;

    @Option(names = "--model-column", paramLabel = "NAME", description = "Column with the model.")
    @Nullable
    String model;

    @Option(names = "--requests-column", paramLabel = "NAME", description = "Column with the number of requests.")
    @Nullable
    String requests;

    @Option(
            names = "--input-column",
            paramLabel = "NAME",
            description =
                    "Column with the input tokens, cached ones included. NAME+NAME adds columns up, here and below.")
    @Nullable
    String input;

    @Option(
            names = "--cached-column",
            paramLabel = "NAME",
            description = "Column with input tokens read from the cache.")
    @Nullable
    String cached;

    @Option(names = "--output-column", paramLabel = "NAME", description = "Column with the output tokens.")
    @Nullable
    String output;

    @Option(
            names = "--cost-column",
            paramLabel = "NAME",
            description = "Column with the cost; " + InvoiceColumns.NONE + " to compare no cost.")
    @Nullable
    String cost;

    @Option(
            names = "--cost-unit",
            paramLabel = "UNIT",
            description = "What the cost counts: usd or cents. Default: usd; to be said where a column 'amount' stands"
                    + " beside 'starting_at'.")
    @Nullable
    String unit;

    @Option(
            names = "--model",
            paramLabel = "THEIRS=OURS",
            description = "The policy's name for a model of the invoice. May be repeated; --policy knows them too.")
    Map<String, String> models = new LinkedHashMap<>();

    /** @throws IllegalArgumentException if the unit is none */
    InvoiceColumns columns() {
        InvoiceColumns.CostUnit known = null;
        if (unit != null) {
            known = switch (unit) {
                case "usd" -> InvoiceColumns.CostUnit.USD;
                case "cents" -> InvoiceColumns.CostUnit.CENTS;
                default ->
                    throw new IllegalArgumentException("--cost-unit is '" + unit + "'; allowed are usd and cents");
            };
        }
        return new InvoiceColumns(date, model, requests, input, cached, output, cost, known);
    }
}
