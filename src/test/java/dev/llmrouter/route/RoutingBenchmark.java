package dev.llmrouter.route;

import com.sun.management.ThreadMXBean;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.classify.Classifier;
import dev.llmrouter.classify.Describer;
import dev.llmrouter.classify.Expressions;
import dev.llmrouter.classify.Input;
import dev.llmrouter.classify.learned.LabelledExample;
import dev.llmrouter.classify.learned.LearnedClassifier;
import dev.llmrouter.classify.learned.OneModel;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.DeploymentHealth;
import dev.llmrouter.decide.Difficulty;
import dev.llmrouter.decide.Evidence;
import dev.llmrouter.decide.RoutingRequest;
import dev.llmrouter.decide.Wish;
import dev.llmrouter.policy.ClassifierSettings.Step;
import dev.llmrouter.policy.load.PolicyLoader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * What describe, classify and decide cost together for requests of 1 KB, by the number of tasks, rules and models; run by
 * hand. The argument, if there is one, is the SVG to draw. Prints microseconds of CPU time, the best
 * of many rounds, and bytes.
 */
final class RoutingBenchmark {
    private static final int REQUESTS = 64;
    private static final int ROUNDS = 20;
    /** Rounds end after these, once they have taken {@link #ENOUGH_NANOS} of CPU time. */
    private static final int LEAST_ROUNDS = 4;

    private static final long ENOUGH_NANOS = 2_000_000_000L;
    private static final int PER_ROUND = 1_280;
    private static final int[] TASKS = {10, 30, 100, 300, 1_000};
    private static final int[] RULES = {10, 100, 1_000, 9_999};
    private static final int[] MODELS = {10, 30, 100, 300, 1_000};
    private static int sink;

    private RoutingBenchmark() {}

    public static void main(String[] args) throws Exception {
        measure(10, 10, 10); // compiles the code
        GrowthPlot plot = new GrowthPlot("CPU time of describe, classify and decide for a request of 1 KB");
        for (int rules : RULES) {
            plot.point("rules", rules, measure(0, rules, 10));
            draw(plot, args);
        }
        for (int models : MODELS) {
            plot.point("models of the tier", models, measure(0, 10, models));
            draw(plot, args);
        }
        for (int tasks : TASKS) {
            plot.point("tasks (learned classifier)", tasks, measure(tasks, 10, 10));
            draw(plot, args);
        }
    }

    /** Draws after each point, so that a run that is ended early leaves what it has. */
    private static void draw(GrowthPlot plot, String[] args) throws IOException {
        if (args.length > 0) {
            plot.write(Path.of(args[0]));
        }
    }

    /** @param tasks that the learned classifier knows; 0 to leave it out */
    private static double measure(int tasks, int rules, int models) throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        CompiledPolicy policy = policy(tasks, rules, models);
        List<ChatRequest> requests = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            StringBuilder text = new StringBuilder();
            while (text.length() < 1_024) {
                text.append(text(random, random.nextInt(Math.max(1, tasks)))).append(". ");
            }
            requests.add(ChatRequest.ofText(text.substring(0, 1_024)));
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double best = Double.MAX_VALUE;
        long bytes = 0;
        long end = threads.getCurrentThreadCpuTime() + ENOUGH_NANOS;
        for (int round = 0; round < ROUNDS; round++) {
            if (round >= LEAST_ROUNDS && threads.getCurrentThreadCpuTime() > end) {
                break;
            }
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long start = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < PER_ROUND; i++) {
                sink += route(policy, requests.get(i % REQUESTS)).candidates().size();
            }
            best = Math.min(best, (threads.getCurrentThreadCpuTime() - start) / 1_000.0 / PER_ROUND);
            bytes = (threads.getCurrentThreadAllocatedBytes() - allocated) / PER_ROUND;
        }
        System.out.printf("%5d tasks %6d rules %5d models %8.1f us %7d B%n", tasks, rules, models, best, bytes);
        return best;
    }

    private static Decision route(CompiledPolicy policy, ChatRequest request) throws Exception {
        Input input = new Input(request, new Describer().describe(request), null, Set.of(), Map.of(), null);
        Classification found = policy.classifiers().classify(input);
        return policy.decider().decide(new RoutingRequest("r", input, found, Wish.AUTO, null));
    }

    private static CompiledPolicy policy(int tasks, int rules, int models) throws Exception {
        StringBuilder text = new StringBuilder("""
                version: 1
                owner: benchmark
                baseline: premium
                evidence: off
                providers:
                  p: { protocol: openai, baseUrl: "http://127.0.0.1:1/v1" }
                models:
                  large: { provider: p, context: 100000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                """);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < models; i++) {
            names.add("m" + i);
            text.append("  m").append(i).append(": { provider: p, context: 100000, price: unknown }\n");
        }
        text.append("tiers:\n  economy: { models: ")
                .append(names)
                .append(" }\n  premium: { models: [large] }\ntasks:\n");
        for (int i = 0; i < Math.max(1, tasks); i++) {
            text.append("  t").append(i).append(": { tier: economy, description: d, rationale: r }\n");
        }
        text.append("classifier: { chain: [explicit, rules, learned], minConfidence: 0 }\nrules:\n");
        for (int i = 0; i < rules; i++) {
            text.append("  - { id: r")
                    .append(i)
                    .append(", when: { keywords: [keyword")
                    .append(i);
            text.append(", ")
                    .append(word(i % 500, 2))
                    .append(" item ")
                    .append(i)
                    .append("] }, task: t0 }\n");
        }
        // without the learned classifier the last rule names the task, so that the same tier serves
        text.append("  - { id: last, when: { ")
                .append(tasks == 0 ? "turnsOver: 0" : "turnsOver: 99")
                .append(" }, task: t0 }\n");
        Map<Step, Classifier> steps = tasks == 0 ? Map.of() : Map.of(Step.LEARNED, learned(tasks));
        return CompiledPolicy.of(
                PolicyLoader.builder(Clock.systemUTC()).build().load(text.toString(), "benchmark"),
                new NoExpressions(),
                new DeploymentHealth(System::nanoTime),
                Difficulty.NONE,
                Evidence.NONE,
                steps,
                Clock.systemUTC());
    }

    private static LearnedClassifier learned(int tasks) throws Exception {
        SplittableRandom random = new SplittableRandom(2);
        List<LabelledExample> examples = new ArrayList<>();
        for (int i = 0; i < tasks * (tasks > 50 ? 4 : 20); i++) {
            int task = i % tasks;
            examples.add(new LabelledExample("e" + i, "t" + task, text(random, task), null, Map.of()));
        }
        return new LearnedClassifier(OneModel.train(examples), 0);
    }

    /** A sentence of twelve words: two of three from what all tasks share, the frequent ones more often. */
    private static String text(SplittableRandom random, int task) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            text.append(text.isEmpty() ? "" : " ");
            text.append(
                    random.nextInt(3) > 0
                            ? word(random.nextInt(1 + random.nextInt(1_500)), 2)
                            : word(task * 7 + random.nextInt(7), 3));
        }
        return text.toString();
    }

    /** A made-up word that can be spoken. */
    private static String word(int number, int syllables) {
        StringBuilder word = new StringBuilder();
        int rest = number * 2_654_435 + 12_345;
        for (int i = 0; i < syllables; i++) {
            rest &= Integer.MAX_VALUE;
            word.append("bdfgklmnprstvz".charAt(rest % 14)).append("aeiou".charAt(rest / 14 % 5));
            rest = rest / 70 + number;
        }
        return word.append(number % 7 == 0 ? "s" : "n").toString();
    }

    private static final class NoExpressions implements Expressions {
        @Override
        public Predicate<Input> simple(String expression) {
            return input -> false;
        }

        @Override
        public Predicate<Input> jsonpath(String expression) {
            return input -> false;
        }
    }
}
