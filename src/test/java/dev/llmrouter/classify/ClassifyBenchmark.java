package dev.llmrouter.classify;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import com.sun.management.ThreadMXBean;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.policy.Rule;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Prints microseconds and bytes for each request; run by hand. */
final class ClassifyBenchmark {
    private static int sink;

    private ClassifyBenchmark() {}

    public static void main(String[] args) {
        String sentence = "Customers who had ordered before March were informed by letter, which took 3 weeks. ";
        Encoding exact = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
        for (int length : new int[] {1_000, 100_000}) {
            String text = sentence.repeat(length / sentence.length() + 1).substring(0, length);
            measure("jtokkit exact, " + length, length, () -> exact.countTokensOrdinary(text));
            measure("estimate, " + length, length, () -> TokenEstimator.estimate(text));
            measure("language, " + length, length, () -> Language.of(text).hashCode());
            measure("all but language, " + length, length, () -> describe(text));
            for (int rules : new int[] {10, 1_000, 10_000}) {
                RuleClassifier classifier = rules(rules);
                Input input = Conditions.input(text);
                measure(
                        "rules " + rules + ", " + length,
                        length,
                        () -> classifier.classify(input, Classifier.Trace.NONE).hashCode());
            }
        }
    }

    private static int describe(String text) {
        Characteristics of = new Describer().describe(ChatRequest.ofText(text));
        return of.inputTokens()
                + of.questions()
                + of.turns()
                + (of.hasCode() ? 1 : 0)
                + of.modalities().size();
    }

    private static RuleClassifier rules(int count) {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rules.add(new Rule(
                    "r" + i,
                    i % 10 == 9
                            ? Conditions.of(List.of(), null, null, null, Map.of(), Set.of("tag" + i), null)
                            : Conditions.keywords("keyword" + i, "customers want item " + i, "or" + i),
                    "t",
                    i + 1));
        }
        return new RuleClassifier(rules, Conditions.EXPRESSIONS);
    }

    private static void measure(String what, int length, Supplier<Integer> work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int rounds = length > 10_000 ? 300 : 8_000;
        double best = Double.MAX_VALUE;
        long bytes = 0;
        for (int i = 0; i < 5; i++) {
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            for (int r = 0; r < rounds; r++) {
                sink += work.get();
            }
            best = Math.min(best, (System.nanoTime() - start) / 1000.0 / rounds);
            bytes = (threads.getCurrentThreadAllocatedBytes() - allocated) / rounds;
        }
        System.out.printf("%-28s %9.1f us %9d B%n", what, best, bytes);
    }
}
