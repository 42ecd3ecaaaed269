package dev.llmrouter.report;

import dev.llmrouter.evaluate.suggest.Suggestions;
import java.util.List;

/**
 * Suggestions as the reports show them.
 *
 * @param patch of the policy in unified format; empty if nothing is to be changed, or all of it by hand
 * @param byHand what is to be changed and could not be put into the patch, a line for each task
 */
public record Proposal(Suggestions suggestions, String patch, List<String> byHand) {
    public Proposal {
        byHand = List.copyOf(byHand);
    }
}
