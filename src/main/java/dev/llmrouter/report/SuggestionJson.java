package dev.llmrouter.report;

import dev.llmrouter.evaluate.suggest.Amount;
import dev.llmrouter.evaluate.suggest.PartialRoute;
import dev.llmrouter.evaluate.suggest.Suggestions;
import dev.llmrouter.evaluate.suggest.TaskSuggestion;
import dev.llmrouter.evaluate.suggest.TierCase;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Suggestions as they stand in {@code validate --suggest --json}. */
final class SuggestionJson {
    private SuggestionJson() {}

    static Map<String, Object> of(Proposal proposal) {
        Suggestions suggestions = proposal.suggestions();
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("tasks", suggestions.tasks().stream().map(SuggestionJson::task).toList());
        node.put("tests", suggestions.tests());
        node.put("savedPerMonth", amount(suggestions.total()));
        node.put("patch", proposal.patch());
        node.put("byHand", proposal.byHand());
        return node;
    }

    private static Map<String, Object> task(TaskSuggestion task) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("task", task.task());
        node.put("from", task.from());
        node.put("to", task.to());
        node.put("change", task.isChange());
        node.put("why", task.why());
        node.put("help", task.help());
        node.put("perDay", task.perDay());
        node.put("savedPerMonth", amount(task.savedPerMonth()));
        node.put("netPerMonth", amount(task.netPerMonth()));
        node.put("partial", task.partial() == null ? null : partial(task.partial()));
        node.put(
                "partials",
                task.partials().stream().map(SuggestionJson::partial).toList());
        node.put("tiers", task.cases().stream().map(SuggestionJson::tier).toList());
        return node;
    }

    private static Map<String, Object> partial(PartialRoute partial) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("candidate", partial.candidate());
        node.put("share", partial.share());
        node.put("loss", partial.loss());
        node.put("confidence", partial.confidence());
        node.put("premiumWhen", partial.condition().isEmpty() ? null : partial.condition());
        node.put("gate", partial.gate() == null ? null : partial.gate().gate().id());
        node.put("savedPerRequest", amount(partial.saved()));
        node.put("statement", partial.statement());
        Map<String, Object> examples = new LinkedHashMap<>();
        examples.put("drawn", partial.drawn());
        examples.put("of", partial.of());
        node.put("examples", examples);
        node.put("curve", partial.curve());
        return node;
    }

    private static Map<String, Object> tier(TierCase known) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("tier", known.tier());
        node.put("passes", known.isAccepted());
        node.put("untested", known.untested());
        node.put("savedPerRequest", amount(known.saved()));
        node.put("netPerRequest", amount(known.net()));
        return node;
    }

    private static @Nullable Map<String, Object> amount(@Nullable Amount amount) {
        return amount == null ? null : Map.of("mean", amount.mean(), "low", amount.low(), "high", amount.high());
    }
}
