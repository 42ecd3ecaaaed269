package dev.llmrouter.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.record.ledger.LatencyBins;
import java.util.List;

/** Writes an audit as JSON. Money is an exact decimal number without exponent. */
public final class AuditJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private AuditJson() {}

    /**
     * The audit as a tree, to which more can be added before it is written.
     *
     * @param advice what to change, in sentences; empty where no policy says what is acceptable
     */
    public static ObjectNode tree(Audit audit, List<String> advice) {
        ObjectNode node = JSON.createObjectNode();
        node.put("from", audit.from().toString());
        node.put("to", audit.to().toString());
        node.put("requests", audit.requests());
        node.put("cost_usd", audit.costUsd());
        node.put("baseline_cost_usd", audit.baselineCostUsd());
        NetSaving saving = audit.saving();
        node.putObject("comparable")
                .put("requests", saving.requests())
                .put("cost_usd", saving.costUsd())
                .put("baseline_cost_usd", saving.baselineUsd());
        node.put("comparing_cost_usd", saving.comparingUsd());
        ArrayNode destinations = node.putArray("destinations");
        audit.destinations().forEach(destination -> add(destinations.addObject(), destination));
        ArrayNode alarms = node.putArray("alarms");
        audit.alarms().forEach(alarms::add);
        ArrayNode recommendations = node.putArray("recommendations");
        advice.forEach(recommendations::add);
        return node;
    }

    /** A tree on one line. */
    public static String write(ObjectNode node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values is always writable", e);
        }
    }

    private static void add(ObjectNode node, Destination destination) {
        node.put("task", destination.task());
        node.put("tier", destination.tier());
        node.put("requests", destination.requests());
        node.put("failed", destination.failed());
        node.put("cost_usd", destination.costUsd());
        node.put("unknown_costs", destination.unknownCosts());
        node.put("baseline_cost_usd", destination.baselineCostUsd());
        node.put("useful", destination.useful());
        node.put("judged", destination.judged());
        node.put("cost_per_useful_usd", destination.costPerUsefulUsd());
        Share quality = destination.quality();
        if (quality == null) {
            node.putNull("quality");
        } else {
            node.putObject("quality")
                    .put("mean", quality.mean())
                    .put("low", quality.low())
                    .put("high", quality.high())
                    .put("n", quality.n());
        }
        LatencyBins latency = destination.latency();
        if (latency == null || latency.n() == 0) {
            node.putNull("latency_ms");
        } else {
            ObjectNode times = node.putObject("latency_ms").put("answers", latency.n());
            addTime(times, "p50", latency, LatencyBins.MEDIAN);
            addTime(times, "p95", latency, LatencyBins.SLOW);
        }
    }

    /** The estimate, and the class that it lies in for sure: from, inclusive, to, exclusive; null for no end. */
    private static void addTime(ObjectNode times, String name, LatencyBins latency, double share) {
        LatencyBins.Span span = latency.span(share).orElseThrow();
        times.put(name, latency.millis(share).orElseThrow());
        times.put(name + "_from", span.fromMillis());
        times.put(name + "_to", span.isOpen() ? null : (Long) span.toMillis());
    }
}
