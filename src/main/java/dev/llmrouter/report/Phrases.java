package dev.llmrouter.report;

import dev.llmrouter.evaluate.Acceptance;
import dev.llmrouter.evaluate.DataOverride;
import dev.llmrouter.evaluate.Money;
import dev.llmrouter.evaluate.Settings;
import dev.llmrouter.evaluate.TaskResult;
import dev.llmrouter.evaluate.Validation;
import dev.llmrouter.evaluate.Verdict;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sentences that every form of the report shares. */
public final class Phrases {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Phrases() {}

    /** The first line about a task: qualities, what they mean a day, and what to do. */
    public static String headline(TaskResult result) {
        Money money = result.money();
        StringBuilder text = new StringBuilder(format(
                "%s for %s: %s against %s",
                result.candidate(),
                result.baseline(),
                percent(result.outcomes().candidateQuality()),
                percent(result.outcomes().baselineQuality())));
        Double errors = money.errorsPerDay();
        Integer perDay = money.perDay();
        if (errors != null && perDay != null) {
            text.append(format(" at %,d a day: ", perDay)).append(errors(errors));
            if (money.errorCost() != null && errors > 0) {
                text.append(format("; at %s each %s a day", price(money.errorCost()), usd(errors * money.errorCost())));
            }
            if (money.savedPerDay() != null) {
                double saved = money.savedPerDay();
                text.append(format(
                        ", %s %s a day %s",
                        errors > 0 == saved > 0 ? "against" : "and",
                        usd(Math.abs(saved)),
                        saved < 0 ? "of higher cost" : "saved"));
            }
        }
        return text.append(": ").append(advice(result)).toString();
    }

    /** What it means for the route: the words of the heading, the command and the evidence. */
    public static String advice(TaskResult result) {
        return switch (result.acceptance()) {
            case ACCEPTED -> "may be routed";
            case SPENT -> "do not route: " + result.spent();
            case NET_LOSS -> "within the margin, but it costs more than it saves: do not route";
            case NOT_USABLE -> "do not route: the data are not usable as proof; " + remedy(result);
            case FAILED -> "do not route";
            case NOT_PROVEN -> unproven(result);
        };
    }

    /** An override accepts any fault, the judge's too; it is offered where a pass comes of it. */
    private static String remedy(TaskResult result) {
        List<String> remedies = new ArrayList<>();
        if (result.haveDataFaults()) {
            remedies.add("correct them");
        }
        if (!result.judgeFaults().isEmpty()) {
            remedies.add("name another judge or scorer (the task's 'score', or --scorer and --judge)");
        }
        return String.join(" and ", remedies)
                + (result.wouldOverridePass() ? ", or accept them with --override-data REASON --by NAME" : "");
    }

    private static String unproven(TaskResult result) {
        if (result.money().isNetLoss()) {
            return "do not route: not enough evidence, and it costs more than it saves";
        }
        Integer needed = result.needed();
        String lifted = lifted(result);
        if (needed == null) {
            return "do not route: not enough evidence" + lifted;
        }
        int more = Math.max(0, needed - result.gate().n());
        if (result.gate().neededFor() == Verdict.FAIL) {
            return format(
                    "do not route: the loss seen is above the margin; about %,d examples in all, %,d more, would likely prove "
                            + "failure (%s)",
                    needed, more, result.gate().neededWhen());
        }
        return format(
                "do not route yet: not enough evidence, about %,d examples needed, %,d more would likely prove that it may be routed"
                        + " (%s)%s",
                needed, more, result.gate().neededWhen(), lifted);
    }

    /** That too few examples reach the candidate, whatever their number; empty where enough do. */
    private static String lifted(TaskResult result) {
        Integer least = result.leastReached();
        return least == null
                ? ""
                : format(
                        "; only %,d of the %,d examples reach the candidate, and at least %,d have to: the policy lifts the others"
                                + " to the baseline (premiumWhen, gate), and they prove nothing about it",
                        result.outcomes().reached(), result.outcomes().n(), least);
    }

    /** Null where the requests a day of one are not stated. */
    private static @Nullable Double daily(Settings settings, Collection<TaskResult> accepted) {
        double sum = 0;
        for (TaskResult task : accepted) {
            Integer perDay = settings.perDay(task.task());
            if (perDay == null) {
                return null;
            }
            sum += net(task) * perDay;
        }
        return sum;
    }

    /** The total of all accepted routes, the best candidate of each task; what the whole report comes down to. */
    public static String total(Validation validation) {
        Map<String, TaskResult> best = new LinkedHashMap<>();
        for (TaskResult task : validation.tasks()) {
            if (task.acceptance() == Acceptance.ACCEPTED) {
                best.merge(task.task(), task, (a, b) -> net(b) > net(a) ? b : a);
            }
        }
        if (best.isEmpty()) {
            return "Nothing is accepted, so nothing is saved.";
        }
        if (best.values().stream().anyMatch(t -> t.money().netPerRequest() == null)) {
            return "No costs are recorded for all answers, so the saving of what is accepted is unknown.";
        }
        double net = best.values().stream().mapToDouble(Phrases::net).sum();
        boolean withErrors = best.values().stream().allMatch(t -> t.money().errorCost() != null);
        String what = withErrors ? " after the cost of errors" : ", the cost of errors not counted";
        Integer perDay = validation.settings().perDay();
        if (!validation.settings().volumes().isEmpty()) {
            Double daily = daily(validation.settings(), best.values());
            if (daily != null) {
                return format(
                        "Accepted routes save %s a day in all%s, at the requests a day of each.", usd(daily), what);
            }
        }
        return perDay != null
                ? format(
                        "Accepted routes save %s a day in all%s, at %,d requests a day each.",
                        usd(net * perDay), what, perDay)
                : format(
                        "Accepted routes save %s per 1,000 requests on average%s.",
                        usd(1000 * net / best.size()), what);
    }

    private static double net(TaskResult task) {
        Double net = task.money().netPerRequest();
        return net == null ? Double.NEGATIVE_INFINITY : net;
    }

    /** What a reader has to know before any figure: data, day, level and interval. */
    public static String basis(Validation validation, LocalDate day) {
        double alpha = validation.settings().alpha();
        return format(
                "%s, %,d examples, %s. One-sided error level %.1f %%, so intervals of %.0f %%; %s.",
                validation.dataSet(),
                validation.examples(),
                day,
                100 * alpha,
                100 * (1 - 2 * alpha),
                validation.settings().correction().meaning());
    }

    /** The verdict as a word: the gate's, or why a pass is none. */
    public static String word(TaskResult result) {
        return switch (result.acceptance()) {
            case ACCEPTED -> "pass";
            case FAILED -> "fail";
            case NOT_PROVEN -> "inconclusive";
            case SPENT -> "spent";
            case NET_LOSS -> "net loss";
            case NOT_USABLE -> "not usable";
        };
    }

    /** Faults first, then warnings: what weakens the verdict and stands above it. */
    public static List<String> doubts(TaskResult result) {
        List<String> all = new ArrayList<>();
        DataOverride override = result.override();
        for (String fault : result.faults()) {
            all.add(
                    override == null
                            ? "fault: " + fault
                            : "fault, accepted by " + override.by() + " (" + override.reason() + "): " + fault);
        }
        all.addAll(result.warnings());
        return all;
    }

    /** A time to the minute. */
    static String minute(Instant time) {
        return MINUTE.format(time);
    }

    static String errors(double perDay) {
        long count = Math.round(Math.abs(perDay));
        if (count == 0) {
            return "no more errors";
        }
        return format("%,d %s %s daily", count, perDay > 0 ? "more" : "fewer", count == 1 ? "error" : "errors");
    }

    static String percent(double share) {
        return format("%.1f %%", 100 * share);
    }

    static String points(double difference) {
        return format("%+.1f", 100 * difference);
    }

    /** An amount in USD: cents, or two digits of what is below a cent, never with an exponent. */
    static String usd(double amount) {
        double size = Math.abs(amount);
        String digits = size >= 0.01 || size == 0
                ? format(size >= 10 ? "%,.0f" : "%,.2f", size)
                : new BigDecimal(size)
                        .round(new MathContext(2, RoundingMode.HALF_UP))
                        .toPlainString();
        return (amount < 0 ? "-$" : "$") + digits;
    }

    /** A price per piece, always with cents. */
    static String price(double amount) {
        return Math.abs(amount) >= 0.01 ? format("$%,.2f", amount) : usd(amount);
    }

    static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }
}
