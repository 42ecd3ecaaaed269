package dev.llmrouter.evaluate;

import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Tier;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tiers that are not compared for a task, because the model that judges its outputs is one of those it would judge. Immutable.
 *
 * @param tiers their names; all that were asked about where the judge is the baseline, which stands on one side of every comparison
 * @param why a clause
 */
public record SelfJudged(List<String> tiers, String why) {
    /** What lets them be compared: a clause. */
    public static final String HELP = "another judge, which is neither the baseline nor in a tier below it";

    public SelfJudged {
        tiers = List.copyOf(tiers);
    }

    /**
     * Which tiers a task's judge keeps from being compared.
     *
     * @param specs scorers of the task
     * @param baseline model that quality is measured against
     * @param tiers that would be compared with it
     * @return null if there is none, or the policy lacks the judge
     */
    static @Nullable SelfJudged of(RoutingPolicy policy, List<String> specs, String baseline, List<Tier> tiers) {
        Blend.Asked asked = Blend.of(specs).judge();
        Model judge = asked == null ? null : policy.models().get(asked.model());
        if (judge == null) {
            return null;
        }
        String would = "judge '" + judge.name() + "' would judge itself ";
        if (isSame(policy, judge, baseline)) {
            return new SelfJudged(
                    tiers.stream().map(Tier::name).toList(), would + "as the baseline, so no tier is compared");
        }
        List<String> own = tiers.stream()
                .filter(tier -> tier.models().stream().anyMatch(member -> isSame(policy, judge, member.model())))
                .map(Tier::name)
                .toList();
        String names = own.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
        return own.isEmpty()
                ? null
                : new SelfJudged(
                        own,
                        would
                                + (own.size() == 1
                                        ? "in tier " + names + ", which is not compared"
                                        : "in tiers " + names + ", which are not compared"));
    }

    private static boolean isSame(RoutingPolicy policy, Model judge, String judged) {
        Model other = policy.models().get(judged);
        return other != null && policy.isSame(judge, other);
    }
}
