package dev.llmrouter.evaluate.suggest;

import dev.llmrouter.evaluate.Acceptance;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.evaluate.SelfJudged;
import dev.llmrouter.evaluate.TaskDefinition;
import dev.llmrouter.evaluate.TaskResult;
import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes the suggestion for one task.
 *
 * @param cases tiers below the baseline, the cheapest first
 * @param perDay requests a day; null if not known
 * @param selfJudged tiers that could not be compared; null for none
 */
record TaskMaker(
        RoutingPolicy policy,
        Task task,
        List<TierCase> cases,
        @Nullable Integer perDay,
        PartialSearch search,
        Seen seen,
        @Nullable SelfJudged selfJudged) {
    TaskSuggestion make(EvidenceCheck evidence, LocalDate today) {
        Task.Waiver waiver = task.waiver();
        if (waiver != null && !today.isAfter(waiver.until())) {
            return keep("a waiver of " + waiver.by() + " holds until " + waiver.until(), List.of());
        }
        if (policy.tiersBelowBaseline().isEmpty()) {
            return keep("no tier costs less than the baseline", List.of("add one with a cheaper model"));
        }
        if (task.margin() == null && cases.isEmpty()) {
            return keep("it states no margin", List.of("state the loss that is acceptable: margin: 0.03"));
        }
        if (selfJudged != null
                && selfJudged.tiers().size() == policy.tiersBelowBaseline().size()) {
            return keep(selfJudged.why(), List.of(SelfJudged.HELP));
        }
        if (cases.isEmpty()) {
            return keep(
                    "no data set has examples of it",
                    List.of("name one in the policy (tasks." + task.name() + ".examples: FILE) or with --data FILE"));
        }
        for (TierCase c : cases) {
            Amount saved = c.saved();
            if (c.isAccepted() && (saved == null || saved.mean() > 0)) {
                return isProvenCheaper(c, evidence, today)
                        ? keep(
                                "earlier evidence for its tier holds, and it is not shown to fail here; of those that pass"
                                        + " here tier '" + c.tier() + "' is the cheapest",
                                help(task.tier()))
                        : proven(c);
            }
        }
        return unproven(evidence, today);
    }

    /** Whether the task's own tier costs less, was proved, and is not refuted here: what passes here would give that away. */
    private boolean isProvenCheaper(TierCase best, EvidenceCheck evidence, LocalDate today) {
        for (TierCase c : cases) {
            if (c.tier().equals(best.tier())) {
                return false;
            }
            if (c.tier().equals(task.tier())) {
                return !c.isRefuted() && isValid(evidence, today);
            }
        }
        return false;
    }

    private List<String> help(String tier) {
        return cases.stream()
                .filter(c -> c.tier().equals(tier))
                .flatMap(c -> c.results().stream())
                .filter(result -> result.acceptance() != Acceptance.ACCEPTED)
                .map(Objection::help)
                .distinct()
                .toList();
    }

    private TaskSuggestion proven(TierCase best) {
        return new TaskSuggestion(
                task.name(),
                task.tier(),
                best.tier(),
                "the cheapest tier that passes"
                        + (best.saved() == null ? " (by list price; costs are not recorded)" : "")
                        + (selfJudged == null ? "" : "; " + selfJudged.why()),
                List.of(),
                perDay,
                monthly(best.saved()),
                monthly(best.net()),
                null,
                List.of(),
                cases);
    }

    private @Nullable Amount monthly(@Nullable Amount each) {
        return each == null || perDay == null ? null : each.times((double) perDay * Suggestions.MONTH);
    }

    private TaskSuggestion unproven(EvidenceCheck evidence, LocalDate today) {
        List<String> why = new ArrayList<>();
        List<String> help = new ArrayList<>();
        if (selfJudged != null) {
            why.add(selfJudged.why());
            help.add(SelfJudged.HELP);
        }
        for (TierCase c : cases) {
            c.untested().forEach(model -> why.add(model + ": not compared"));
            for (TaskResult result : c.results()) {
                why.add(Objection.why(result));
                help.add(Objection.help(result));
            }
        }
        List<PartialRoute> partials = partials(why);
        String reasons = "no cheaper tier passes ("
                + String.join("; ", why.stream().distinct().toList()) + ")";
        boolean isRefuted = cases.stream().anyMatch(c -> c.tier().equals(task.tier()) && c.isRefuted());
        boolean isProvenBefore = !isRefuted && isValid(evidence, today);
        if (isDearer()) {
            reasons += "; its tier costs no less than the baseline and needs no evidence, so it stays";
        } else if (isProvenBefore) {
            reasons += "; earlier evidence holds, so it stays";
        } else if (selfJudged != null && selfJudged.tiers().contains(task.tier())) {
            reasons += "; its tier was not compared, so it stays";
        } else if (!isRefuted && policy.evidence() == EvidenceMode.COLLECT) {
            reasons += "; evidence is being collected, so it stays";
        } else {
            PartialRoute best = best(partials);
            if (best != null) {
                return partial(best, partials, reasons, help);
            }
            return new TaskSuggestion(
                    task.name(),
                    task.tier(),
                    policy.baseline(),
                    reasons,
                    help.stream().distinct().toList(),
                    perDay,
                    null,
                    null,
                    null,
                    partials,
                    cases);
        }
        return keep(reasons, help.stream().distinct().toList(), partials);
    }

    /** Whether it is on a tier that somebody wants it on although it saves nothing. */
    private boolean isDearer() {
        return !task.tier().equals(policy.baseline())
                && policy.tier(task.tier())
                        .filter(tier -> !policy.isCheaperThanBaseline(tier))
                        .isPresent();
    }

    /** For each tier of one model that does not pass as a whole. @param why gets what was not looked for */
    private List<PartialRoute> partials(List<String> why) {
        List<PartialRoute> all = new ArrayList<>();
        for (TierCase c : cases) {
            if (task.gate() != null || !isPartable(c)) {
                continue;
            }
            String model = c.results().get(0).candidate();
            double margin = c.results().get(0).gate().margin();
            PartialRoute found = search.find(task.name(), model, margin, seen.sample(task.name(), model), why::add);
            if (found != null) {
                all.add(found);
            }
        }
        return all;
    }

    private static boolean isPartable(TierCase c) {
        return c.untested().isEmpty()
                && c.results().size() == 1
                && c.results().get(0).isUsable()
                && c.results().get(0).acceptance() != Acceptance.ACCEPTED
                && c.results().get(0).acceptance() != Acceptance.SPENT;
    }

    /** The one that saves most, or with unknown costs the largest; null if none opens without a loss. */
    private @Nullable PartialRoute best(List<PartialRoute> partials) {
        return partials.stream()
                .filter(p -> p.opens() && !isLoss(p))
                .max(Comparator.comparingDouble((PartialRoute p) ->
                                p.saved() == null ? 0 : p.saved().mean())
                        .thenComparingDouble(PartialRoute::share))
                .orElse(null);
    }

    private boolean isLoss(PartialRoute partial) {
        Amount saved = partial.saved();
        double errors =
                task.errorCost() == null ? 0 : partial.loss() * task.errorCost().doubleValue();
        return saved != null && saved.mean() - Math.max(0, errors) <= 0;
    }

    private TaskSuggestion partial(PartialRoute best, List<PartialRoute> partials, String reasons, List<String> help) {
        String tier = cases.stream()
                .filter(c -> isPartable(c) && c.results().get(0).candidate().equals(best.candidate()))
                .map(TierCase::tier)
                .findFirst()
                .orElseThrow();
        return new TaskSuggestion(
                task.name(),
                task.tier(),
                tier,
                String.format(
                        Locale.ROOT,
                        "%.1f %% of its inputs, the rest to the baseline, to be confirmed by validate on other examples; %s",
                        100 * best.share(),
                        reasons),
                help.stream().distinct().toList(),
                perDay,
                monthly(best.saved()),
                null,
                best,
                partials,
                cases);
    }

    private boolean isValid(EvidenceCheck evidence, LocalDate today) {
        String baseline = TaskDefinition.baseline(policy).orElse("");
        List<String> models = policy.tier(task.tier()).stream()
                .flatMap(tier -> tier.models().stream())
                .map(Tier.Member::model)
                .filter(model -> !model.equals(baseline))
                .toList();
        return !task.tier().equals(policy.baseline())
                && evidence.finding(policy, task, models, today).state() == EvidenceCheck.State.VALID;
    }

    private TaskSuggestion keep(String why, List<String> help) {
        return keep(why, help, List.of());
    }

    private TaskSuggestion keep(String why, List<String> help, List<PartialRoute> partials) {
        return new TaskSuggestion(
                task.name(), task.tier(), task.tier(), why, help, perDay, null, null, null, partials, cases);
    }
}
