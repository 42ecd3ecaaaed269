package dev.llmrouter.report;

import dev.llmrouter.evaluate.Money;
import dev.llmrouter.evaluate.TaskResult;
import dev.llmrouter.evaluate.Verdict;
import java.util.Locale;

/** The sentences that every form of the report shares. */
public final class Phrases {
    private Phrases() {}

    /** The first line about a task: qualities, what they mean a day, and what to do. */
    public static String headline(TaskResult result) {
        Money money = result.money();
        StringBuilder text = new StringBuilder(format(
                "%s against %s",
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
                text.append(
                        format(", against %s a day %s", usd(Math.abs(saved)), saved < 0 ? "of higher cost" : "saved"));
            }
        }
        return text.append(": ").append(advice(result)).toString();
    }

    /** What the verdict means for the route. */
    public static String advice(TaskResult result) {
        Double net = result.money().netPerDay();
        if (result.gate().verdict() == Verdict.PASS) {
            return result.isSuspect()
                    ? "passes, but check the data first"
                    : net != null && net <= 0
                            ? "within the margin, but it costs more than it saves: do not route"
                            : "may be routed";
        }
        if (result.gate().verdict() == Verdict.FAIL || (net != null && net < 0)) {
            return "do not route";
        }
        Integer needed = result.gate().needed();
        return needed == null
                ? "do not route: not enough evidence"
                : format(
                        "do not route yet: not enough evidence, about %,d examples needed, %,d more",
                        needed, needed - result.gate().n());
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

    static String usd(double amount) {
        double size = Math.abs(amount);
        String form = size >= 10 ? "$%,.0f" : size >= 0.01 || size == 0 ? "$%,.2f" : "$%.2g";
        return (amount < 0 ? "-" : "") + format(form, size);
    }

    /** A price per piece, always with cents. */
    static String price(double amount) {
        return Math.abs(amount) >= 0.01 ? format("$%,.2f", amount) : usd(amount);
    }

    static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }
}
