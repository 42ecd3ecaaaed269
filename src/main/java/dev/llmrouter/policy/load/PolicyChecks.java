package dev.llmrouter.policy.load;

import dev.llmrouter.policy.Capability;
import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.Collect;
import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Score;
import dev.llmrouter.policy.Secret;
import dev.llmrouter.policy.Simulation;
import dev.llmrouter.policy.Strategy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.policy.Verify;
import dev.llmrouter.policy.load.PolicyLoader.Surroundings;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks what concerns more than one part of a policy. Copes with a policy of which parts could not be read. */
final class PolicyChecks {
    /** Requests that were not recognised, and those for vectors. */
    private static final Set<String> SAID_OF_NO_TASK = Set.of("unclassified", "embeddings");

    private final Problems problems;
    private final Places places;
    private final Surroundings surroundings;
    private final RoutingPolicy policy;

    PolicyChecks(Problems problems, Places places, Surroundings surroundings, RoutingPolicy policy) {
        this.problems = problems;
        this.places = places;
        this.surroundings = surroundings;
        this.policy = policy;
    }

    void run() {
        // what was dropped because it cannot be used leaves others unused: that is no advice
        boolean isWhole = !problems.anyUnusable();
        checkKeys();
        if (isWhole) {
            checkModelsInUse();
            policy.tiers().values().forEach(this::checkTierInUse);
        }
        policy.tiers().values().forEach(this::checkFallbackContexts);
        policy.tasks().values().forEach(this::checkTask);
        new EmbeddingChecks(problems, places, policy).run();
        new ClassifierChecks(problems, places, policy).run();
        new CrossChecks(problems, places, policy).run();
        new BatchChecks(problems, places, policy).run();
        new BaselineChecks(problems, places, policy).run();
        new BaselinePriceChecks(problems, places, policy).run();
        checkEvidence();
        checkExamples();
        checkGates();
        checkScorers();
        if (isWhole && policy.tasks().isEmpty()) {
            problems.warning(
                    places.of("tasks"),
                    "tasks",
                    "are missing, so the baseline tier serves everything",
                    "Add the kinds of work that callers ask for.");
        }
    }

    private void checkKeys() {
        boolean anyReal =
                policy.providers().values().stream().anyMatch(provider -> provider.protocol() != Protocol.SIMULATOR);
        if (policy.isSimulated() && anyReal) {
            problems.warning(
                    places.of("simulation"),
                    "simulation",
                    policy.simulation() == Simulation.ALWAYS
                            ? "is 'always', so the simulator answers for every provider"
                            : "is 'without-keys' and no provider has its key, so the simulator answers for all of them",
                    policy.simulation() == Simulation.ALWAYS
                            ? "Remove it to call the providers."
                            : "Set the variable of at least one provider's apiKey to call it.");
            return;
        }
        for (Provider provider : policy.providers().values()) {
            Secret key = provider.apiKey();
            if (key != null && !key.isSet()) {
                problems.add(
                        surroundings.keysRequired() ? Severity.ERROR : Severity.WARNING,
                        places.of("providers", provider.name(), "apiKey"),
                        "providers." + Quoted.bare(provider.name()) + ".apiKey",
                        "has no value, so this provider is left out",
                        "Set the variable that it names, or remove the provider.");
            }
        }
    }

    private void checkModelsInUse() {
        Set<String> used = new HashSet<>();
        for (Tier tier : policy.tiers().values()) {
            tier.models().forEach(member -> used.add(member.model()));
            Optional.ofNullable(tier.canary()).ifPresent(share -> used.add(share.model()));
            Optional.ofNullable(tier.shadow()).ifPresent(share -> used.add(share.model()));
        }
        Optional.ofNullable(policy.classifier().llm()).ifPresent(llm -> used.add(llm.model()));
        Optional.ofNullable(policy.classifier().embedding())
                .map(embedding -> embedding.model())
                .ifPresent(used::add);
        used.addAll(CrossChecks.models(policy));
        for (Task task : policy.tasks().values()) {
            Optional.ofNullable(task.collect()).map(Collect::judge).ifPresent(used::add);
            Optional.ofNullable(task.score())
                    .ifPresent(score -> score.scorers().forEach(scorer -> used.add(Score.model(scorer))));
        }
        for (String model : policy.models().keySet()) {
            if (!used.contains(model)) {
                problems.warning(
                        places.of("models", model),
                        "models." + Quoted.bare(model),
                        "is in no tier, so only requests that name it reach it",
                        "Add it to a tier, or remove it.");
            }
        }
        Set<String> providers = new HashSet<>();
        policy.models().values().forEach(model -> providers.add(model.provider()));
        for (String provider : policy.providers().keySet()) {
            if (!providers.contains(provider)) {
                problems.warning(
                        places.of("providers", provider),
                        "providers." + Quoted.bare(provider),
                        "has no model",
                        "Add a model of it, or remove it.");
            }
        }
    }

    private void checkTierInUse(Tier tier) {
        boolean used = tier.name().equals(policy.baseline())
                || policy.tasks().values().stream().anyMatch(task -> task.tier().equals(tier.name()));
        if (!used && !policy.isEmbedding(tier)) {
            problems.warning(
                    places.of("tiers", tier.name()),
                    "tiers." + Quoted.bare(tier.name()),
                    "serves no task and is not the baseline",
                    "Send a task to it, or remove it.");
        }
    }

    private void checkFallbackContexts(Tier tier) {
        if (tier.strategy() != Strategy.FAILOVER) {
            return;
        }
        int largest = 0;
        String largestName = "";
        for (int i = 0; i < tier.models().size(); i++) {
            Model model = policy.models().get(tier.models().get(i).model());
            Integer context = model == null ? null : model.context();
            if (model == null || context == null) {
                continue;
            }
            if (context < largest) {
                problems.warning(
                        places.of("tiers", tier.name(), "models", i),
                        "tiers." + Quoted.bare(tier.name()) + ".models[" + i + "]",
                        "is %s with a context of %,d tokens; %s before it has %,d, so long requests have no fallback here"
                                .formatted(Quoted.of(model.name()), context, Quoted.of(largestName), largest),
                        "Accept that, or choose a fallback with at least the same context.");
            } else {
                largest = context;
                largestName = model.name();
            }
        }
    }

    private void checkTask(Task task) {
        String path = "tasks." + Quoted.bare(task.name());
        if (SAID_OF_NO_TASK.contains(task.name())) {
            problems.warning(
                    places.of("tasks", task.name()),
                    path,
                    "is what headers, audits and dashboards call requests of no task: nobody can tell them apart",
                    "Choose another name.");
        }
        boolean onBaseline = task.tier().equals(policy.baseline());
        Task.Waiver waiver = task.waiver();
        if (waiver != null) {
            checkWaiver(task, waiver, path + ".waiver", onBaseline);
        }
        Verify verify = task.verify();
        YamlNode.Position onFailure = places.of("tasks", task.name(), "verify", "onFailure");
        boolean written = !onFailure.equals(places.of("tasks", task.name(), "verify"));
        if (verify != null && written && verify.onFailure() == Verify.OnFailure.ESCALATE && onBaseline) {
            problems.warning(
                    onFailure,
                    path + ".verify.onFailure",
                    "is 'escalate', but the task is served by the baseline tier already",
                    "Write fail or record.");
        }
        if (onBaseline && !task.premiumWhen().isEmpty()) {
            problems.warning(
                    places.of("tasks", task.name(), "premiumWhen"),
                    path + ".premiumWhen",
                    "has no effect: the task is served by the baseline tier already",
                    "Remove it.");
        }
        Tier baseline = policy.tiers().get(policy.baseline());
        for (int i = 0; i < task.premiumWhen().size(); i++) {
            for (Capability needed : RuleChecks.needs(task.premiumWhen().get(i))) {
                if (baseline != null && !RuleChecks.anyCan(policy, baseline, needed)) {
                    problems.error(
                            places.of("tasks", task.name(), "premiumWhen", i),
                            path + ".premiumWhen[" + i + "]",
                            "lifts requests that need '" + needed.key() + "' to tier " + Quoted.of(baseline.name())
                                    + ", where no model can do that",
                            "Add a model with this capability to the tier, or the capability to a model that has it.");
                }
            }
        }
    }

    private void checkWaiver(Task task, Task.Waiver waiver, String path, boolean onBaseline) {
        if (waiver.until().isBefore(surroundings.today())) {
            problems.error(
                    places.of("tasks", task.name(), "waiver", "until"),
                    path + ".until",
                    "is " + waiver.until() + ": the waiver has expired (today is " + surroundings.today() + ")",
                    "Validate the task, or decide anew and move the date.");
        } else if (waiver.until().isAfter(surroundings.today().plusYears(1))) {
            problems.warning(
                    places.of("tasks", task.name(), "waiver", "until"),
                    path + ".until",
                    "is " + waiver.until() + ", more than a year ahead",
                    "Choose a nearer day: a waiver bridges the time until there is evidence.");
        }
        if (onBaseline) {
            problems.warning(
                    places.of("tasks", task.name(), "waiver"),
                    path,
                    "is not needed: the baseline tier serves the task",
                    "Remove it.");
        }
    }

    private void checkEvidence() {
        List<Task> unproven = policy.tasks().values().stream()
                .filter(task -> !task.tier().equals(policy.baseline()))
                .filter(task -> isCheaper(task.tier()))
                .filter(task -> !isEmbedding(task.tier())) // vectors have no answers to compare
                .toList();
        if (policy.evidence() == EvidenceMode.OFF && !unproven.isEmpty()) {
            problems.warning(
                    places.of("evidence"),
                    "evidence",
                    "is 'off', so these tasks are served below the baseline without proof: "
                            + Suggestion.list(unproven.stream().map(Task::name).toList()),
                    "Write warn to see it in each decision, or enforce to have it proved.");
        }
        if (policy.evidence() != EvidenceMode.OFF) {
            checkPrices();
        }
        new CollectChecks(problems, places, policy).run(unproven);
        new MarginChecks(problems, places, policy).run(unproven);
        new EnforceChecks(problems, places, policy).run(unproven);
    }

    /** Nothing is saved there, and so no proof is asked for: a mistyped price would put a task there unseen. */
    private void checkPrices() {
        for (Task task : policy.tasks().values()) {
            Tier tier = policy.tiers().get(task.tier());
            boolean isKnown = tier != null && !tier.models().isEmpty(); // else its fault is told already
            if (isKnown
                    && !task.tier().equals(policy.baseline())
                    && !isCheaper(task.tier())
                    && !isEmbedding(task.tier())) {
                problems.warning(
                        places.of("tasks", task.name(), "tier"),
                        "tasks." + Quoted.bare(task.name()) + ".tier",
                        "is " + Quoted.of(task.tier()) + ", whose models cost as much as the baseline's first or more:"
                                + " it serves the task without proof of its quality",
                        "Check the prices of its models. If it is the better tier this is as it should be.");
            }
        }
    }

    private void checkGates() {
        for (Task task : policy.tasks().values()) {
            if (task.gate() != null && task.tier().equals(policy.baseline())) {
                problems.warning(
                        places.of("tasks", task.name(), "gate"),
                        "tasks." + Quoted.bare(task.name()) + ".gate",
                        "is not used: the baseline tier serves the task anyway",
                        "Remove it, or give the task a cheaper tier.");
            }
        }
        GateChecker gates = surroundings.gates();
        if (gates != null && !problems.anyUnusable()) {
            gates.findings(policy)
                    .forEach((task, found) -> problems.add(
                            found.isUsable() ? Severity.WARNING : Severity.ERROR,
                            places.of("tasks", task, "gate"),
                            "tasks." + Quoted.bare(task) + ".gate",
                            withoutStop(found.words()),
                            "Until then the baseline tier serves the task."));
        }
    }

    /** Only a warning: whatever loads the policy to compare models may have classes that are not here. */
    private void checkScorers() {
        ScorerChecker scorers = surroundings.scorers();
        if (scorers == null) {
            return;
        }
        for (Task task : policy.tasks().values()) {
            Score score = task.score();
            for (String scorer : score == null ? List.<String>of() : score.scorers()) {
                String fault = scorers.fault(scorer);
                if (fault != null) {
                    problems.warning(
                            places.of("tasks", task.name(), "score"),
                            "tasks." + Quoted.bare(task.name()) + ".score",
                            "names scorer " + Quoted.of(scorer) + ", and " + fault,
                            "The application may have a fitting class; validate needs one on the class path of the command.");
                }
            }
        }
    }

    /** A finding goes on with its remedy, after a full stop of its own. */
    private static String withoutStop(String text) {
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    private void checkExamples() {
        ExampleChecker examples = surroundings.examples();
        if (examples == null
                || problems.anyUnusable()
                || !policy.classifier().chain().contains(ClassifierSettings.Step.LEARNED)
                        && !policy.classifier().chain().contains(ClassifierSettings.Step.EMBEDDING)) {
            return;
        }
        examples.doubts(policy).forEach((task, doubt) -> {
            if (task.isEmpty()) {
                problems.warning(
                        places.of("classifier", "chain"),
                        "classifier.chain",
                        withoutStop(doubt),
                        "Give at least 2 tasks 'examples: FILE' with 20 to 200 lines each, or remove the step.");
            } else {
                problems.warning(
                        places.of("tasks", task, "examples"),
                        "tasks." + Quoted.bare(task),
                        withoutStop(doubt),
                        "Give it 20 to 200 lines with 'task' and 'input' in the file that 'examples' names.");
            }
        });
    }

    private boolean isCheaper(String tierName) {
        Tier tier = policy.tiers().get(tierName);
        return tier == null || policy.isCheaperThanBaseline(tier);
    }

    private boolean isEmbedding(String tierName) {
        Tier tier = policy.tiers().get(tierName);
        return tier != null && policy.isEmbedding(tier);
    }
}
