package dev.llmrouter.audit.drift;

import dev.llmrouter.policy.RoutingPolicy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what to do about an alarm. */
final class Actions {
    static final String VALIDATE =
            "Validate it again on fresh examples: validate --policy POLICY.yaml --data EXAMPLES.jsonl --accept --by NAME.";
    private static final String TRAIN =
            "Look at the recent requests that were not recognised, add examples of them, and train again: train --data"
                    + " EXAMPLES.jsonl --out MODEL; or add a rule to the policy.";

    private Actions() {}

    static List<String> of(Series series, @Nullable RoutingPolicy policy) {
        List<String> all = new ArrayList<>();
        String task = series.subject().task();
        String tier = series.subject().tier();
        boolean isBaseline = policy != null && policy.baseline().equals(tier);
        switch (series.subject().kind()) {
            case QUALITY, DECLINE, CORRECTIONS -> {
                all.add(VALIDATE);
                if (isBaseline) {
                    all.add(
                            "It is the baseline itself that became worse: look for what changed at its models; savings are"
                                    + " measured against it.");
                } else {
                    all.add("Until then serve task '" + task + "' at "
                            + (policy == null ? "the baseline tier" : "tier '" + policy.baseline() + "'") + ".");
                }
            }
            case FAILURES -> {
                all.add(
                        "Look at the outcomes and errors of its requests, in the request log or the ledger's llm_request: a provider that"
                                + " is down or refuses, a time-out that is too short, a check that no output passes, callers that leave early.");
                if (!isBaseline) {
                    all.add("Where the models of tier '" + tier
                            + "' are the reason, put another model behind them; examples of before say nothing"
                            + " about requests that are lost now. " + VALIDATE);
                }
            }
            case ESCALATION -> {
                all.add("Each of these requests pays for both tiers: look which model of tier '" + tier
                        + "' fails, and whether its provider serves another version of it.");
                all.add(VALIDATE);
            }
            case COST -> {
                if (series.comparison().change() > 0) {
                    all.add(
                            "Limit the length of answers (max_tokens), or look whether retries and escalations are paid for.");
                } else {
                    all.add("Cheaper can mean shorter: look whether answers are still complete.");
                }
                all.add(VALIDATE);
            }
            case LATENCY ->
                all.add("Look at the models of tier '" + tier
                        + "': put a quicker one first, or choose strategy least-latency.");
            case MIX -> {
                all.add("Look which caller sends what: the dashboard shows the ways by task and caller.");
                all.add(
                        "Evidence speaks for inputs like those of its examples; where a task's inputs have changed, validate it"
                                + " again.");
            }
            case UNCLASSIFIED, CONFIDENCE -> all.add(TRAIN);
            case VERSION -> throw new IllegalStateException("versions are no series of figures: see VersionWatch");
        }
        return all;
    }
}
