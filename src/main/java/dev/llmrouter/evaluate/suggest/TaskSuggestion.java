package dev.llmrouter.evaluate.suggest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tier that is proposed for a task.
 *
 * @param from its tier in the policy
 * @param to the tier proposed; the same where nothing is to be changed
 * @param why in words
 * @param help what would help where no cheaper tier is proven; empty where nothing has to
 * @param perDay requests a day in production; null if not stated
 * @param savedPerMonth on answers, against the baseline tier; null where costs or requests are not known
 * @param netPerMonth {@code savedPerMonth} minus what errors cost; null where the one or the other is not known
 * @param partial the part of the inputs that is proposed for {@code to}; null where it is all or none
 * @param partials what was found for each model that does not pass as a whole
 * @param cases the tiers that were compared, the cheapest first
 */
public record TaskSuggestion(
        String task,
        String from,
        String to,
        String why,
        List<String> help,
        @Nullable Integer perDay,
        @Nullable Amount savedPerMonth,
        @Nullable Amount netPerMonth,
        @Nullable PartialRoute partial,
        List<PartialRoute> partials,
        List<TierCase> cases) {
    public TaskSuggestion {
        help = List.copyOf(help);
        partials = List.copyOf(partials);
        cases = List.copyOf(cases);
    }

    /** Whether the policy has to be changed for it. */
    public boolean isChange() {
        return !from.equals(to) || partial != null;
    }
}
