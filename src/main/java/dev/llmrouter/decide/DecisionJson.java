package dev.llmrouter.decide;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.classify.Characteristics;
import dev.llmrouter.classify.Classification;

/** A decision as JSON: what {@code explain --json} prints and {@code POST /v1/route} answers. */
public final class DecisionJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private DecisionJson() {}

    /** The decision with its reasons, the classifiers' trace and the characteristics of the input. */
    public static ObjectNode of(Decision decision) {
        Classification classification = decision.classification();
        ObjectNode node = JSON.createObjectNode();
        node.put("request_id", decision.requestId());
        node.put("task", classification.task());
        node.put("source", classification.source().key());
        node.put("confidence", classification.confidence());
        node.put("rule", classification.rule());
        node.put("tier", decision.tier());
        node.set("evidence", evidence(decision.evidence()));
        ArrayNode candidates = node.putArray("candidates");
        for (Candidate candidate : decision.candidates()) {
            candidates
                    .addObject()
                    .put("model", candidate.model().name())
                    .put("provider", candidate.provider().name());
        }
        ArrayNode reasons = node.putArray("reasons");
        decision.reasons().forEach(reason -> reasons.add(reason.text()));
        ArrayNode trace = node.putArray("trace");
        classification.trace().forEach(trace::add);
        characteristics(node.putObject("characteristics"), decision.characteristics());
        node.put("policy", decision.policy().hash());
        return node;
    }

    /** What evidence is worth: <code>{"state","id"|null,"until"|null}</code>. */
    public static ObjectNode evidence(EvidenceFinding evidence) {
        ObjectNode node = JSON.createObjectNode();
        node.put("state", evidence.state().key());
        node.put("id", evidence.id());
        node.put("until", evidence.until() == null ? null : evidence.until().toString());
        return node;
    }

    private static void characteristics(ObjectNode node, Characteristics characteristics) {
        node.put("input_tokens", characteristics.inputTokens());
        node.put("requested_output_tokens", characteristics.requestedOutputTokens());
        node.put("characters", characteristics.characters());
        node.put("language", characteristics.language());
        node.put("language_confidence", Math.round(characteristics.languageConfidence() * 1000) / 1000.0);
        node.put("code", characteristics.hasCode());
        node.put("markup", characteristics.hasMarkup());
        node.put("json", characteristics.hasJson());
        node.put("table", characteristics.hasTable());
        node.put("questions", characteristics.questions());
        node.put("instructions", characteristics.instructions());
        node.put("turns", characteristics.turns());
        ArrayNode modalities = node.putArray("modalities");
        characteristics.modalities().stream().sorted().forEach(modalities::add);
        node.put("tools", characteristics.hasTools());
        node.put("response_schema", characteristics.hasResponseSchema());
    }
}
