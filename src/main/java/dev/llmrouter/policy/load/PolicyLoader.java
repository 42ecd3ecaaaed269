package dev.llmrouter.policy.load;

import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.RoutingPolicy;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads policy files and says everything that is wrong with them, each problem with its place.
 *
 * <p>Bounded in time and memory for any text whatever: {@value #MAX_CHARACTERS} characters, {@value YamlReader#MAX_DEPTH}
 * levels, no aliases, no anchors, no tags. Immutable and safe for use by many threads if what it was given is.
 */
public final class PolicyLoader {
    /** Longest file that is read, in characters: 2,000,000. */
    public static final int MAX_CHARACTERS = 2_000_000;

    private final Placeholders placeholders;
    private final Clock clock;
    private final @Nullable Set<ClassifierSettings.Step> availableSteps;
    private final @Nullable ExpressionChecker expressions;
    private final boolean keysRequired;
    private final @Nullable ExampleChecker examples;
    private final @Nullable GateChecker gates;
    private final @Nullable ScorerChecker scorers;

    private PolicyLoader(Builder builder) {
        placeholders = builder.placeholders;
        clock = builder.clock;
        availableSteps = builder.availableSteps;
        expressions = builder.expressions;
        keysRequired = builder.keysRequired;
        examples = builder.examples;
        gates = builder.gates;
        scorers = builder.scorers;
    }

    /** A loader that knows no placeholder values unless it is given some. @param clock says whether a date is past */
    public static Builder builder(Clock clock) {
        return new Builder(clock);
    }

    /**
     * Reads and checks a policy.
     *
     * @param text the file's text
     * @param source its name, for messages and {@link RoutingPolicy#source()}
     */
    public PolicyCheck check(String text, String source) {
        Problems problems = new Problems();
        RoutingPolicy policy = null;
        if (text.length() > MAX_CHARACTERS) {
            problems.unusable(
                    YamlNode.Position.START,
                    "",
                    "has %,d characters; allowed: %,d".formatted(text.length(), MAX_CHARACTERS),
                    "Remove what does not belong into a policy; examples have files of their own.");
        } else {
            refuseReplaced(text, problems);
            YamlNode root = YamlReader.read(text, source, problems);
            if (root != null) {
                policy = new PolicyReader(new Reading(problems, placeholders), surroundings())
                        .read(root, hash(text), source);
            }
        }
        return new PolicyCheck(problems.anyUnusable() ? null : policy, problems.sorted(), source, text);
    }

    /** What was no UTF-8 came as U+FFFD: a keyword with it would never be found. */
    private static void refuseReplaced(String text, Problems problems) {
        int at = text.indexOf('\uFFFD');
        if (at >= 0) {
            String before = text.substring(0, at);
            int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
            problems.unusable(
                    new YamlNode.Position(line, at - before.lastIndexOf('\n')),
                    "",
                    "holds a byte that is no UTF-8",
                    "Save the file in UTF-8, or convert it: iconv -f WINDOWS-1252 -t UTF-8.");
        }
    }

    /** Reads a policy. @throws PolicyException if it is not usable; errors and warnings do not stop it */
    public RoutingPolicy load(String text, String source) {
        return check(text, source).orThrow();
    }

    private Surroundings surroundings() {
        return new Surroundings(
                LocalDate.now(clock), availableSteps, expressions, keysRequired, examples, gates, scorers);
    }

    /** First 12 hexadecimal digits of the SHA-256 of the text in UTF-8. */
    static String hash(String text) {
        return sha256(text).substring(0, 12);
    }

    static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** What the checks know besides the file. Null where the loader was not told. */
    record Surroundings(
            LocalDate today,
            @Nullable Set<ClassifierSettings.Step> availableSteps,
            @Nullable ExpressionChecker expressions,
            boolean keysRequired,
            @Nullable ExampleChecker examples,
            @Nullable GateChecker gates,
            @Nullable ScorerChecker scorers) {}

    /** Sets what a loader knows besides the file. */
    public static final class Builder {
        private final Clock clock;
        private Placeholders placeholders = Placeholders.ofEnvironment(Map.of());
        private @Nullable Set<ClassifierSettings.Step> availableSteps;
        private @Nullable ExpressionChecker expressions;
        private boolean keysRequired;
        private @Nullable ExampleChecker examples;
        private @Nullable GateChecker gates;
        private @Nullable ScorerChecker scorers;

        private Builder(Clock clock) {
            this.clock = clock;
        }

        /** Where placeholders get their values from; default: none has a value. */
        public Builder placeholders(Placeholders source) {
            placeholders = source;
            return this;
        }

        /** The classifier steps that work here; another one in the chain is a warning. Default: not checked. */
        public Builder availableSteps(Set<ClassifierSettings.Step> steps) {
            availableSteps = Set.copyOf(steps);
            return this;
        }

        /** Compiles Simple and JSONPath expressions; default: they are not checked. */
        public Builder expressions(ExpressionChecker checker) {
            expressions = checker;
            return this;
        }

        /** A provider whose key is not set is an error, as where it is about to run; default: a warning, as in CI. */
        public Builder keysRequired(boolean required) {
            keysRequired = required;
            return this;
        }

        /** Looks into files with examples, where the chain has the step {@code learned}; default: they are not looked at. */
        public Builder examples(ExampleChecker checker) {
            examples = checker;
            return this;
        }

        /** Looks into the files of difficulty gates; default: they are not looked at. */
        public Builder gates(GateChecker checker) {
            gates = checker;
            return this;
        }

        /** Looks for the classes of scorers; default: they are not looked for. */
        public Builder scorers(ScorerChecker checker) {
            scorers = checker;
            return this;
        }

        public PolicyLoader build() {
            return new PolicyLoader(this);
        }
    }
}
