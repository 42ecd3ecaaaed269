package dev.llmrouter.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.camel.ProviderModelCaller;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.evaluate.Answers;
import dev.llmrouter.evaluate.BadLines;
import dev.llmrouter.evaluate.Settings;
import dev.llmrouter.evaluate.live.CallSettings;
import dev.llmrouter.evaluate.live.Estimate;
import dev.llmrouter.evaluate.live.Journal;
import dev.llmrouter.evaluate.live.JudgedAnswers;
import dev.llmrouter.evaluate.live.LiveRun;
import dev.llmrouter.evaluate.live.MissingAnswers;
import dev.llmrouter.evaluate.live.ModelCaller;
import dev.llmrouter.evaluate.live.QuestionWriter;
import dev.llmrouter.evaluate.live.ScorerControls;
import dev.llmrouter.policy.RoutingPolicy;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Gets the answers that a data set lacks: estimates, asks for leave, calls, keeps. Use by one thread. */
final class LiveValidation implements AutoCloseable {
    private final Path data;
    private final RoutingPolicy policy;
    private final CallOptions options;
    private final CallSettings settings;
    private final PrintWriter out;
    private final PrintWriter err;
    private final MissingAnswers missing;
    private final BadLines bad;
    private final Settings asked;
    private int signalCode;

    /** @param policy loaded with its keys @param controls of all data sets that are looked at together @param bad is told bad lines */
    LiveValidation(
            Path data,
            Settings asked,
            RoutingPolicy policy,
            CallOptions options,
            ScorerControls controls,
            BadLines bad,
            PrintWriter out,
            PrintWriter err)
            throws IOException {
        this.data = data;
        this.policy = policy;
        this.options = options;
        this.settings = options.settings();
        this.out = out;
        this.err = err;
        this.bad = bad;
        QuestionWriter writer = new QuestionWriter(policy, policy.isSimulated(), new Dialects(Clock.systemUTC()));
        this.asked = asked;
        this.missing = new MissingAnswers(data, asked, policy, writer, settings, controls, bad::tell);
    }

    /** What all calls would take, the journal aside. */
    Estimate everything() throws IOException {
        return missing.everything();
    }

    /**
     * Models that are asked anew for this data set; one that is asked nothing for it is told.
     *
     * @throws IllegalArgumentException if the policy does not know a model
     */
    private List<String> anew() throws IOException {
        Set<String> models =
                everything().rows().stream().map(Estimate.Row::model).collect(Collectors.toSet());
        List<String> all = new ArrayList<>();
        for (String model : options.anew) {
            if (policy.model(model).isEmpty()) {
                throw new IllegalArgumentException("--anew " + model + ": the policy has no such model; it has "
                        + String.join(", ", policy.models().keySet()));
            }
            if (models.contains(model)) {
                all.add(model);
            } else {
                err.println("--anew " + model + ": this model is asked nothing for " + data);
            }
        }
        return all;
    }

    /**
     * Prints what the calls that are still needed would take.
     *
     * @param faults of the data
     * @param looks what is to be known of the looks that the answers would lead to
     */
    void dryRun(boolean asJson, List<String> faults, List<String> looks) throws IOException {
        tell(faults);
        List<String> anew = anew();
        Path path = options.journal(data);
        boolean isKept = !options.fresh && Files.exists(path);
        Estimate estimate;
        BigDecimal before = BigDecimal.ZERO;
        if (isKept) {
            try (Journal kept = Journal.open(path)) {
                before = kept.spent();
                estimate = missing.left(kept, anew);
            }
        } else {
            estimate = missing.left(null);
        }
        if (estimate.calls() > 0) {
            looks.forEach(err::println);
        }
        if (asJson) {
            out.println(json(estimate, before, faults, estimate.calls() > 0 ? looks : List.of()));
        } else {
            table(estimate).lines().forEach(out::println);
            if (before.signum() > 0) {
                out.println("spent before: USD " + Progress.usd(before));
            }
        }
        out.flush();
    }

    private void requireCallable(Estimate calls) {
        for (Estimate.Row row : calls.rows()) {
            String problem = ProviderModelCaller.problem(policy, row.model());
            if (problem != null) {
                throw new IllegalArgumentException(problem);
            }
        }
    }

    /**
     * Gets every answer that is needed.
     *
     * @param faults of the data, for which nobody is called unless somebody agrees
     * @param looks what is to be known of the looks that the answers lead to
     * @return whether all was asked; else the reason has been told
     * @throws IllegalArgumentException if nobody may be called yet; the message says what to do
     */
    boolean callAll(List<String> faults, List<String> looks) throws IOException {
        List<String> anew = anew();
        if (options.fresh) {
            // not before somebody has agreed: what was paid for would be put aside for nothing
            Estimate all = missing.left(null);
            if (all.calls() > 0) {
                agree(all, faults, looks);
                requireCallable(all);
            }
        }
        Journal opened = missing.open(options.journal(data), options.fresh);
        if (opened.lost() > 0) {
            err.println(opened.lost()
                    + " calls were under way when an earlier run ended; their worst price counts as spent, and"
                    + " they are asked again (a candidate's that was under way twice is not, and counts as lost)");
        }
        Estimate left = missing.left(opened, anew);
        if (left.calls() == 0) {
            return true;
        }
        if (!options.fresh) {
            agree(left, faults, looks);
            requireCallable(left);
        }
        BigDecimal cap = settings.cap();
        if (!anew.isEmpty() && cap != null && opened.spent().compareTo(cap) >= 0) {
            throw new IllegalArgumentException("nothing is asked anew: USD " + Progress.usd(opened.spent())
                    + " are spent on this journal, and --max-cost is " + cap.toPlainString() + "; raise it");
        }
        try (ProviderModelCaller caller = ProviderModelCaller.open(policy)) {
            opened.anew(anew); // not before somebody has agreed: what was paid for would be gone
            if (!run(
                    opened,
                    caller,
                    false,
                    missing.plan()::read,
                    missing.answerTally(opened).left())) {
                return false;
            }
            JudgedAnswers judged = missing.judged();
            return judged == null
                    || run(
                            opened,
                            caller,
                            true,
                            (questions, line) -> judged.read(null, questions, bad::tell),
                            missing.scoreTally(opened).left());
        }
    }

    /** What was asked anew is kept like all else, until it is asked anew once more. */
    private String withoutAnew() {
        return options.anew.isEmpty() ? "" : " (without --anew)";
    }

    private void tell(List<String> faults) {
        faults.forEach(fault -> err.println("as they are the data prove nothing: " + fault));
    }

    /** @param faults for which the data prove nothing, whatever is answered */
    private void agree(Estimate estimate, List<String> faults, List<String> looks) {
        tell(faults);
        looks.forEach(err::println);
        err.println(table(estimate).stripTrailing());
        err.flush();
        BigDecimal most = estimate.mostUsd();
        boolean needsLeave = missing.needsLeave(estimate);
        boolean isFaulty = !faults.isEmpty();
        if (options.yes || (!needsLeave && !isFaulty)) {
            return;
        }
        Console console = System.console();
        if (console == null || !Progress.hasTerminal()) {
            if (isFaulty) {
                throw new IllegalArgumentException(
                        "nobody was called, for as they are the data prove nothing. Mend them;"
                                + " or call all the same with --yes; or have them count with --override-data REASON --by NAME");
            }
            throw new IllegalArgumentException("the calls may cost "
                    + (most == null ? "an amount that is not known" : "up to USD " + Progress.usd(most))
                    + "; set a limit with --max-cost USD, or agree with --yes");
        }
        String reply = console.readLine("Call? [y/N] ");
        if (reply == null || !reply.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
            throw new IllegalArgumentException("nobody was called");
        }
    }

    /** @param isOfScorers whether judges and embeddings are asked, and not the models that are compared */
    private boolean run(Journal opened, ModelCaller caller, boolean isOfScorers, LiveRun.Source source, long calls)
            throws IOException {
        Progress progress = new Progress(err, Progress.hasTerminal(), System::nanoTime, calls, settings.cap());
        LiveRun live = new LiveRun(opened, caller, settings, progress);
        LiveRun.Outcome outcome;
        try (StopSignals signals = StopSignals.during(err, () -> live.stop("interrupted"))) {
            outcome = live.run(source, line -> {});
            signalCode = signals.code();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("stopped; run again" + withoutAnew() + " to go on: " + opened.answers()
                    + " answers are kept in " + opened.path());
            return false;
        }
        if (outcome.stop() != null) {
            err.println(String.format(
                    Locale.ROOT,
                    "stopped: %s. %,d of %,d answers are there, USD %s spent, kept in %s; the same command goes on"
                            + " from there%s",
                    outcome.stop(),
                    outcome.answered(),
                    outcome.needed(),
                    Progress.usd(opened.spent()),
                    opened.path(),
                    (outcome.isCapped() ? " with a higher --max-cost" : "") + withoutAnew()));
            return false;
        }
        String failures = isOfScorers ? outcome.failedScores() : outcome.failedAnswers();
        if (failures != null) {
            err.println(failures);
        }
        return true;
    }

    /** Exit code for a signal that has stopped the calls; 0 if none has. */
    int signalCode() {
        return signalCode;
    }

    /** What the journal knows of this data set; after {@link #callAll}. */
    Answers answers() {
        return missing.answers();
    }

    private static String table(Estimate estimate) {
        StringBuilder text = new StringBuilder();
        for (Estimate.Row row : estimate.rows()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s: %,d calls, about %,d tokens in, up to %,d out, USD %s%s%n",
                    row.model(),
                    row.calls(),
                    row.inputTokens(),
                    row.mostOutputTokens(),
                    range(row.leastUsd(), row.mostUsd()),
                    row.isSimulated() ? " (simulated: costs nothing, proves nothing)" : ""));
        }
        return text.append(String.format(
                        Locale.ROOT,
                        "in all: %,d calls, USD %s",
                        estimate.calls(),
                        range(estimate.leastUsd(), estimate.mostUsd())))
                .toString();
    }

    private static String range(@Nullable BigDecimal least, @Nullable BigDecimal most) {
        return least == null || most == null
                ? "unknown (no price)"
                : Progress.usd(least) + " (input alone) to " + Progress.usd(most) + " (every answer at its limit)";
    }

    private static String json(Estimate estimate, BigDecimal before, List<String> faults, List<String> looks) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("calls", estimate.calls());
        root.put("leastUsd", estimate.leastUsd());
        root.put("mostUsd", estimate.mostUsd());
        root.put("spentUsd", before);
        faults.forEach(root.putArray("faults")::add);
        looks.forEach(root.putArray("looks")::add);
        ArrayNode models = root.putArray("models");
        for (Estimate.Row row : estimate.rows()) {
            models.addObject()
                    .put("model", row.model())
                    .put("isSimulated", row.isSimulated())
                    .put("calls", row.calls())
                    .put("inputTokens", row.inputTokens())
                    .put("mostOutputTokens", row.mostOutputTokens())
                    .put("leastUsd", row.leastUsd())
                    .put("mostUsd", row.mostUsd());
        }
        return root.toPrettyString();
    }

    @Override
    public void close() throws IOException {
        missing.close();
    }
}
