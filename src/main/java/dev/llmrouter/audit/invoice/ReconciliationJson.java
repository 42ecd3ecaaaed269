package dev.llmrouter.audit.invoice;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes a reconciliation as JSON. Money is an exact decimal number without exponent; what one side does not tell is null. */
public final class ReconciliationJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private ReconciliationJson() {}

    /** On one line. */
    public static String write(Reconciliation reconciliation) {
        ObjectNode node = JSON.createObjectNode();
        node.put("provider", String.join(", ", reconciliation.providers()));
        node.put("from", reconciliation.from().toString());
        node.put("to", reconciliation.to().toString());
        node.put("zone", reconciliation.zone().getId());
        node.put("tolerance_percent", reconciliation.tolerancePercent());
        node.put("compared", reconciliation.compared());
        add(node.putObject("ledger"), reconciliation.ledger());
        add(node.putObject("invoice"), reconciliation.invoice());
        ArrayNode differences = node.putArray("differences");
        for (Difference each : reconciliation.differences()) {
            ObjectNode difference = differences.addObject();
            difference.put("day", each.at().day().toString());
            difference.put("model", each.at().model());
            each.fields().forEach(difference.putArray("fields")::add);
            add(difference.putObject("ledger"), each.ledger());
            add(difference.putObject("invoice"), each.invoice());
            each.causes().forEach(difference.putArray("causes")::add);
        }
        reconciliation.notCompared().forEach(node.putArray("not_compared")::add);
        reconciliation.unused().forEach(node.putArray("unused_columns")::add);
        node.put("spooled", reconciliation.spooled());
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values is always writable", e);
        }
    }

    private static void add(ObjectNode node, Billed billed) {
        node.put("requests", billed.requests());
        node.put("input_tokens", billed.inputTokens());
        node.put("cached_input_tokens", billed.cachedInputTokens());
        node.put("output_tokens", billed.outputTokens());
        node.put("cost_usd", billed.costUsd());
        node.put("unknown_costs", billed.unknownCosts());
    }
}
