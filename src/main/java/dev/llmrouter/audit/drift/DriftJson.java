package dev.llmrouter.audit.drift;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;

/** Writes what was found as JSON. */
public final class DriftJson {
    private static final MathContext DIGITS = new MathContext(6);

    private DriftJson() {}

    /** Adds the arrays {@code drift} (alarms) and the object {@code drift_watch} (what was watched, and how). */
    public static void add(ObjectNode node, DriftReport report) {
        ArrayNode alarms = node.putArray("drift");
        report.alarms().forEach(alarm -> alarms.add(alarm(alarm)));
        ObjectNode watch = node.putObject("drift_watch");
        watch.put("latest_days", report.settings().latestDays());
        watch.put("reference_days", report.settings().referenceDays());
        watch.put("false_alarms_per_year", report.settings().falseAlarmsPerYear());
        watch.put("level", number(report.level()));
        ArrayNode series = watch.putArray("series");
        for (Watched each : report.watched()) {
            ObjectNode one = series.addObject();
            subject(one, each.subject());
            one.put("state", each.state().key());
            one.put("text", each.text());
        }
    }

    /** One alarm, as a message carries it. */
    public static ObjectNode alarm(DriftAlarm alarm) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        subject(node, alarm.subject());
        node.put("since", alarm.since().toString());
        node.put("unit", alarm.subject().kind().unit());
        level(node.putObject("before"), alarm.before());
        level(node.putObject("after"), alarm.after());
        node.put("p", number(alarm.p()));
        node.put("text", alarm.text());
        ArrayNode causes = node.putArray("causes");
        alarm.causes().forEach(causes::add);
        ArrayNode actions = node.putArray("actions");
        alarm.actions().forEach(actions::add);
        node.put("doubt", alarm.doubt());
        return node;
    }

    private static void subject(ObjectNode node, Subject subject) {
        node.put("id", subject.id());
        node.put("kind", subject.kind().key());
        node.put("task", subject.task());
        node.put("tier", subject.tier());
    }

    private static void level(ObjectNode node, Level level) {
        node.put("value", number(level.value()))
                .put("low", number(level.low()))
                .put("high", number(level.high()))
                .put("n", level.n());
    }

    /** Six digits that count; as a decimal, which is written without exponent. */
    private static BigDecimal number(double value) {
        return new BigDecimal(value).round(DIGITS);
    }
}
