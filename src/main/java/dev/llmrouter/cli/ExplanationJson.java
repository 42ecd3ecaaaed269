package dev.llmrouter.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.camel.AskedStep;
import dev.llmrouter.camel.Explanation;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.classify.learned.Prediction;
import dev.llmrouter.decide.DecisionJson;
import java.util.List;
import java.util.Locale;

/** What {@code explain --ask --json} prints: the decision, and what those who were asked made of the text. */
final class ExplanationJson {
    private ExplanationJson() {}

    static ObjectNode of(Explanation explanation) {
        ObjectNode node = DecisionJson.of(explanation.decision());
        node.put("gate", ExplanationText.gate(explanation.decision()));
        top(node.putArray("learned"), explanation.learned());
        ArrayNode asked = node.putArray("asked");
        explanation.asked().forEach(step -> step(asked.addObject(), step));
        Explanation.Examples examples = explanation.examples();
        if (examples == null) {
            node.putNull("example_vectors");
        } else {
            node.putObject("example_vectors")
                    .put("made", examples.texts())
                    .put("ms", examples.millis())
                    .put("cost_usd", examples.costUsd());
        }
        node.put("asked_ms", explanation.millis());
        node.put("asked_cost_usd", explanation.costUsd());
        return node;
    }

    private static void step(ObjectNode node, AskedStep step) {
        node.put("step", key(step.step()));
        node.put("by", step.by());
        node.put("provider", step.provider());
        node.put("simulated", step.isSimulated());
        node.put("said", step.said());
        node.put("task", step.task());
        node.put("confidence", step.confidence());
        node.put("confidence_from", step.confidenceFrom() == null ? null : key(step.confidenceFrom()));
        node.put("min_confidence", step.minConfidence());
        node.put("threshold", step.threshold());
        top(node.putArray("top"), step.top());
        ArrayNode nearest = node.putArray("nearest");
        step.nearest()
                .forEach(near -> nearest.addObject()
                        .put("example", near.id())
                        .put("task", near.task())
                        .put("similarity", near.similarity()));
        AskedStep.Call call = step.call();
        if (call == null) {
            node.putNull("call");
            return;
        }
        Usage usage = call.usage();
        node.putObject("call")
                .put("ms", call.millis())
                .put("input_tokens", usage == null ? null : usage.inputTokens())
                .put("output_tokens", usage == null ? null : usage.outputTokens())
                .put("cost_usd", call.costUsd());
    }

    private static void top(ArrayNode node, List<Prediction.Ranked> tasks) {
        tasks.forEach(ranked -> node.addObject().put("task", ranked.task()).put("p", ranked.probability()));
    }

    private static String key(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
