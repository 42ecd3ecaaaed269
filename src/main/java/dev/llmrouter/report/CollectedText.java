package dev.llmrouter.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.audit.collect.CollectedRoute;
import dev.llmrouter.audit.collect.PairQuestion;
import dev.llmrouter.audit.collect.SampledDifference;
import dev.llmrouter.audit.collect.Unanswered;
import dev.llmrouter.evaluate.Counted;
import dev.llmrouter.evaluate.EvidenceFile;
import dev.llmrouter.evaluate.Gate;
import dev.llmrouter.evaluate.Proof;
import dev.llmrouter.evaluate.Undecided;
import dev.llmrouter.evaluate.collect.LiveTest;
import dev.llmrouter.evaluate.collect.Stretch;
import dev.llmrouter.policy.Collect;
import dev.llmrouter.record.ledger.PairCosts;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Where collected evidence stands, in sentences and as JSON. */
public final class CollectedText {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    /** Why a cost may be unknown, and so what to mend. */
    public static final String UNKNOWN_COSTS =
            "No cost is known of a model without a price, of tokens of a kind that its price does not name (cachedInput, cacheWrite), of a service tier"
                    + " or a length beyond it, and of an answer that broke off.";

    private CollectedText() {}

    /** One paragraph for each route. */
    public static String of(List<CollectedRoute> routes) {
        if (routes.isEmpty()) {
            return "The policy collects no evidence: no task below the baseline has collect with a scorer, and a margin.\n";
        }
        StringBuilder text = new StringBuilder();
        for (CollectedRoute route : routes) {
            PairQuestion question = route.question();
            text.append(question.task())
                    .append(": ")
                    .append(question.candidate())
                    .append(" against ")
                    .append(question.baseline())
                    .append("\n  ")
                    .append(sentence(route))
                    .append('\n');
        }
        return text.toString();
    }

    private static String undecided(CollectedRoute route) {
        Unanswered unanswered = route.leftOut().unanswered();
        return route.isUnanswered()
                ? String.format(
                        Locale.ROOT,
                        "Looks good enough, but of %d comparisons the model answered %d not in time, nor those before, and %d were never over, as"
                                + " their process was stopped: as much could be lost there. Look at its provider, and at the tier's timeout.",
                        unanswered.asked(),
                        unanswered.hanging(),
                        unanswered.lost())
                : String.format(
                        Locale.ROOT,
                        "Looks good enough, but the judge gave no verdict on %d of %d pairs whose answers differ (accepted: %.0f %%): that"
                                + " proves nothing. Name another judge.",
                        route.leftOut().before().undecided(),
                        route.leftOut().before().asked(),
                        100 * Undecided.MOST);
    }

    /** What holds for a route, and what to do. */
    public static String sentence(CollectedRoute route) {
        Stretch now = route.current();
        StringBuilder text = new StringBuilder(closing(route));
        text.append(
                switch (route.status()) {
                    case "open" -> "Open by evidence, and watched.";
                    case "worse" -> "Has become worse than the margin allows: the gateway closes the route.";
                    case "ready" -> "Good enough. " + opening(route);
                    case "net-loss" ->
                        "Good enough, but it saves nothing: opening the route would cost more. Another price has it looked at again by itself;"
                                + " where answers have become shorter: collected --anew --task "
                                + route.question().task() + " --by NAME.";
                    case "not-usable" ->
                        String.format(
                                Locale.ROOT,
                                "As good as the baseline, which is right in %.0f %% only: that proves nothing, and no more is"
                                        + " collected. Look at the scorer, and at what the baseline answers.",
                                100 * route.test().before().baselineQuality());
                    case "undecided" -> undecided(route);
                    case "rejected" ->
                        (route.isWorseWhileClosed() ? "By what it served while the route was open: worse" : "Worse")
                                + " than the margin allows: no more is spent on it. When it has been mended: collected --anew --task "
                                + route.question().task() + " --by NAME.";
                    default ->
                        route.test().state() != LiveTest.State.READY
                                ? route.shownUntil() == null
                                        ? "Not settled yet."
                                        : "Not settled anew: what earlier pairs showed held until " + route.shownUntil()
                                                + "."
                                : route.needsCosts()
                                        ? "Good enough, and waits for what answers cost."
                                        : "Was good enough, by pairs that are too old to prove it now: "
                                                + Gate.MIN_EXAMPLES + " of the last " + EvidenceFile.VALID_DAYS
                                                + " days are needed.";
                });
        text.append(String.format(
                Locale.ROOT,
                "%s %d pairs by %s: difference %+.1f points, at least %+.1f and at most %+.1f; margin %.1f; e-value %.3g of %.0f.",
                route.isOpen() && route.test().since().n() == 0 && now.n() > 0
                        ? " No pair since; before it was open:"
                        : "",
                now.n(),
                route.question().scorer(),
                100 * now.difference(),
                100 * now.low(),
                100 * now.high(),
                100 * route.margin(),
                now.eValue(),
                1 / CollectedRoute.ALPHA));
        PairCosts costs = route.costs();
        if (costs.otherwise() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    " %d pairs were made at other prices of the two models: what they cost does not count%s.",
                    costs.otherwise(),
                    route.isPricedAnew() ? ", and the route waits for " + Gate.MIN_EXAMPLES + " at those of now" : ""));
        }
        if (costs.unknown() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    " What one of the two answers cost is not known of %d pairs%s",
                    costs.unknown(),
                    route.hasUnknownCosts()
                            ? ": the route waits for " + Gate.MIN_EXAMPLES + " of which both are. " + UNKNOWN_COSTS
                            : "."));
        }
        if (costs.n() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    " An answer costs $%s on average, the baseline's $%s.",
                    mean(costs.candidateUsd(), costs.n()),
                    mean(costs.baselineUsd(), costs.n())));
        }
        SampledDifference sampled = route.sampled();
        if (sampled != null && (route.isOpen() || !route.wasClosed())) {
            text.append(' ').append(weighted(sampled));
        }
        text.append(" Spent today: $")
                .append(route.spentToday().toPlainString())
                .append(" of $")
                .append(route.collect().perDay().toPlainString())
                .append('.');
        if (route.isOpen()
                && route.leftOut().since().isTooMuch(route.test().since().n())) {
            text.append(String.format(
                    Locale.ROOT,
                    " The judge gives no verdict on %d of %d pairs whose answers differ: a loss would not be seen. Name another judge.",
                    route.leftOut().since().undecided(),
                    route.leftOut().since().asked()));
        }
        if (route.leftOut().unscored() > 0) {
            boolean byPeople = Collect.FEEDBACK.equals(route.question().scorer());
            text.append(' ')
                    .append(route.leftOut().unscored())
                    .append(byPeople ? " pairs got no feedback in time." : " answers could not be scored.");
        }
        if (route.leftOut().held() > 0) {
            text.append(' ')
                    .append(route.leftOut().held())
                    .append(
                            " more pairs wait for a comparison that began before them and is not over: at most for the longest timeout"
                                    + " of the policy's tiers and 20 minutes.");
        }
        if (route.leftOut().waiting() > 0) {
            text.append(' ')
                    .append(route.leftOut().waiting())
                    .append(" more pairs wait for feedback: each counts ")
                    .append(words(route.collect().feedbackWithin()))
                    .append(" after it was compared, by what has come until then.");
        }
        if (route.leftOut().repeated() > 0) {
            text.append(' ').append(route.leftOut().repeated()).append(" pairs repeat an input and do not count.");
        }
        if (route.leftOut().outdated() > 0) {
            text.append(' ')
                    .append(route.leftOut().outdated())
                    .append(" pairs of another definition, model or scorer do not count.");
        }
        return text.toString();
    }

    /** Why it was closed, and what follows is since then; empty where it was not, or is open again. */
    private static String closing(CollectedRoute route) {
        if (route.isOpen() || !route.wasClosed()) {
            return "";
        }
        Proof against = route.against();
        return (against == null ? "It was closed, or begun anew, before" : ClosingWords.of(against)) + ". Since then: ";
    }

    private static String words(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds % 86_400 == 0) {
            return Counted.of(seconds / 86_400, "day");
        }
        return seconds % 3_600 == 0 ? Counted.of(seconds / 3_600, "hour") : Counted.of(seconds, "second");
    }

    private static String mean(BigDecimal sum, long n) {
        return sum.divide(BigDecimal.valueOf(n), new MathContext(3)).toPlainString();
    }

    /** The estimate for all requests that could have been sampled since the route is open. */
    public static String weighted(SampledDifference sampled) {
        return String.format(
                Locale.ROOT,
                "Since it is open, weighted by sampling: %+.1f points (%+.1f to %+.1f, 95 %%), %d pairs for %,.0f requests.",
                100 * sampled.difference(),
                100 * sampled.low(),
                100 * sampled.high(),
                sampled.n(),
                sampled.represented());
    }

    private static String opening(CollectedRoute route) {
        if (route.question().isSimulated()) {
            return "But the simulator made the answers up, which proves nothing.";
        }
        boolean byPerson = route.collect().open() == Collect.Open.ACCEPT || route.wasClosed();
        return byPerson ? "To open the route: collected --accept --by NAME." : "The gateway opens the route.";
    }

    /** All of it on one line. */
    public static String json(List<CollectedRoute> routes) {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode all = root.putArray("routes");
        for (CollectedRoute route : routes) {
            PairQuestion question = route.question();
            ObjectNode node = all.addObject();
            node.put("task", question.task());
            node.put("candidate", question.candidate());
            node.put("baseline", question.baseline());
            node.put("scorer", question.scorer());
            node.put("margin", route.margin());
            node.put("alpha", CollectedRoute.ALPHA);
            node.put("status", route.status());
            node.put("simulated", question.isSimulated());
            node.put("was_closed", route.wasClosed());
            Proof against = route.against();
            node.put("closed_because", against == null ? null : ClosingWords.of(against));
            add(node.putObject("before"), route.test().before());
            add(node.putObject("since"), route.test().since());
            SampledDifference sampled = route.sampled();
            if (sampled == null) {
                node.putNull("sampled");
            } else {
                node.putObject("sampled")
                        .put("n", sampled.n())
                        .put("represented", sampled.represented())
                        .put("difference", sampled.difference())
                        .put("low", sampled.low())
                        .put("high", sampled.high());
            }
            PairCosts costs = route.costs();
            node.putObject("costs")
                    .put("n", costs.n())
                    .put("candidate_usd", costs.candidateUsd())
                    .put("baseline_usd", costs.baselineUsd())
                    .put("otherwise", costs.otherwise())
                    .put("unknown", costs.unknown());
            node.put("unscored", route.leftOut().unscored());
            node.put("held", route.leftOut().held());
            node.put("waiting", route.leftOut().waiting());
            node.put("hanging", route.leftOut().unanswered().hanging());
            node.put("lost", route.leftOut().unanswered().lost());
            node.put("outdated", route.leftOut().outdated());
            node.put("repeated", route.leftOut().repeated());
            Undecided judge =
                    route.isOpen() ? route.leftOut().since() : route.leftOut().before();
            node.putObject("judge").put("decided", judge.decided()).put("undecided", judge.undecided());
            node.put("spent_today_usd", route.spentToday());
            node.put("per_day_usd", route.collect().perDay());
        }
        try {
            return JSON.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values is always writable", e);
        }
    }

    private static void add(ObjectNode node, Stretch stretch) {
        node.put("n", stretch.n());
        node.put("difference", stretch.difference());
        node.put("low", stretch.low());
        node.put("high", stretch.high());
        node.put("e_value", Math.min(stretch.eValue(), Double.MAX_VALUE));
        node.put("settled_at", stretch.settledAt());
    }
}
