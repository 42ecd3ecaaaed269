package dev.llmrouter.report;

import dev.llmrouter.policy.Capability;
import dev.llmrouter.policy.Condition;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How the components of a policy's records are named, and their values said, where a reader is told of a change. */
final class PolicyWords {
    private static final String HIDDEN = "\"(not shown)\"";

    private static final String PER_MILLION = ", USD per million tokens,";

    /** Components that decide nothing, by record and name. */
    private static final Set<String> WITHOUT_EFFECT = Set.of("RoutingPolicy.hash", "RoutingPolicy.source", "Rule.line");

    /** Components that may hold a secret, or a page of JSON: none of their values is shown. */
    private static final Set<String> NOT_SHOWN =
            Set.of("Provider.endpoint", "Provider.apiKey", "AccessKey.sha256", "Verify.jsonSchema");

    /** Maps whose names are shown, and whose values may hold a secret. */
    private static final Set<String> SECRET_BY_NAME = Set.of("Provider.headers", "Provider.query");

    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("RoutingPolicy.owner", "The owner"),
            Map.entry("RoutingPolicy.baseline", "The baseline tier"),
            Map.entry("RoutingPolicy.evidence", "The evidence mode"),
            Map.entry("RoutingPolicy.simulation", "The time when the simulator answers in place of the providers"),
            Map.entry("ClassifierSettings.chain", "The classifier's chain"),
            Map.entry("ClassifierSettings.minConfidence", "The least confidence that is acted on"),
            Map.entry("ClassifierSettings.thresholds", "The least confidence of single steps"),
            Map.entry("ClassifierSettings.agreement", "The share of requests that later steps classify as well"),
            Map.entry("Provider.baseUrl", "the address"),
            Map.entry("Provider.endpoint", "the Camel endpoint"),
            Map.entry("Provider.apiKey", "the key"),
            Map.entry("Provider.apiKeyHeader", "the header that the key is sent in"),
            Map.entry("Provider.headers", "the header"),
            Map.entry("Provider.query", "the query parameter"),
            Map.entry("Provider.outputLimit", "the field of the output's limit"),
            Map.entry("Model.provider", "the provider"),
            Map.entry("Model.remoteName", "the provider's name for it"),
            Map.entry("Model.context", "the context, tokens,"),
            Map.entry("Model.maxOutput", "the longest answer, tokens,"),
            Map.entry("Model.capabilities", "what it can do"),
            Map.entry("Model.vectorSpace", "the space of its vectors"),
            Map.entry("Price.input", "the price of input" + PER_MILLION),
            Map.entry("Price.output", "the price of output" + PER_MILLION),
            Map.entry("Price.cachedInput", "the price of cached input" + PER_MILLION),
            Map.entry("Price.cacheWrite", "the price of writing to the cache" + PER_MILLION),
            Map.entry("Price.cacheWriteHour", "the price of writing to the cache for an hour" + PER_MILLION),
            Map.entry("Price.batch", "what prices are multiplied by in a batch"),
            Map.entry("Price.upTo", "the longest input that the prices hold for, tokens,"),
            Map.entry("Price.asOf", "the day on which the price was read"),
            Map.entry("Price.source", "where the price was read"),
            Map.entry("Tier.models", "the models"),
            Map.entry("Tier.strategy", "the order"),
            Map.entry("Tier.timeout", "the time a request may take"),
            Map.entry("Tier.maxAttempts", "the calls that a request may cost"),
            Map.entry("Tier.sticky", "what keeps requests on one model"),
            Map.entry("Tier.canary", "the canary"),
            Map.entry("Tier.shadow", "the shadow"),
            Map.entry("Tier.batch", "the batch of files of work"),
            Map.entry("Task.tier", "the tier"),
            Map.entry("Task.description", "the description"),
            Map.entry("Task.rationale", "the rationale"),
            Map.entry("Task.examples", "the examples"),
            Map.entry("Task.margin", "the acceptable loss"),
            Map.entry("Task.errorCost", "the cost of an error, USD,"),
            Map.entry("Task.premiumWhen", "what sends it to the baseline"),
            Map.entry("Task.waiver", "the waiver"),
            Map.entry("Gate.file", "the difficulty gate"),
            Map.entry("Gate.threshold", "the highest score that passes the difficulty gate"),
            Map.entry("Score.scorers", "the scorers"),
            Map.entry("Score.combine", "what the scores come to"),
            Map.entry("Rule.when", "it"),
            Map.entry("Rule.task", "the task"),
            Map.entry("AccessKey.sha256", "the key"),
            Map.entry("AccessKey.tasks", "the tasks that it may use"),
            Map.entry("AccessKey.tiers", "the tiers that it may use"),
            Map.entry("AccessKey.models", "the models that it may name"),
            Map.entry("AccessKey.state", "the right to what a provider keeps"));

    private PolicyWords() {}

    /** The component in words; null if it has none of its own: then it is named as its record names it. */
    static @Nullable String of(RecordComponent part) {
        return WORDS.get(key(part));
    }

    /** Whether a change of it changes nothing for any request. */
    static boolean isWithoutEffect(RecordComponent part) {
        return WITHOUT_EFFECT.contains(key(part));
    }

    /** Whether it is a map, of which names are shown and values never. */
    static boolean isSecretByName(RecordComponent part) {
        return SECRET_BY_NAME.contains(key(part));
    }

    private static String key(RecordComponent part) {
        return part.getDeclaringRecord().getSimpleName() + "." + part.getName();
    }

    /** The value in quotes, or that there is none; never one that may hold a secret. */
    static String said(RecordComponent part, @Nullable Object value) {
        if (value != null && NOT_SHOWN.contains(key(part))) {
            return HIDDEN;
        }
        String text = text(value);
        return text.isEmpty() ? "not stated" : "\"" + text + "\"";
    }

    private static String text(@Nullable Object value) {
        if (value == null) {
            return "";
        } else if (value instanceof Capability can) {
            return can.key();
        } else if (value instanceof Enum<?> choice) {
            return RoutingDocument.lower(choice);
        } else if (value instanceof Duration time) {
            return seconds(time);
        } else if (value instanceof BigDecimal number) {
            return number.toPlainString();
        } else if (value instanceof Double number) {
            return RoutingDocument.plain(number);
        } else if (value instanceof URI address) {
            return host(address);
        } else if (value instanceof Map<?, ?> map) {
            return joined(map.entrySet().stream()
                    .map(each -> text(each.getKey()) + " " + text(each.getValue()))
                    .sorted());
        } else if (value instanceof Set<?> set) {
            return joined(set.stream().map(PolicyWords::text).sorted());
        } else if (value instanceof Collection<?> list) {
            boolean areConditions = list.stream().anyMatch(Condition.class::isInstance);
            return list.stream().map(PolicyWords::text).collect(Collectors.joining(areConditions ? "; or " : ", "));
        }
        return value instanceof Record all ? ofRecord(all) : value.toString();
    }

    private static String ofRecord(Record value) {
        if (value instanceof Condition condition) {
            return ConditionWords.of(condition);
        } else if (value instanceof Tier.Member member) {
            return member.weight() == 1
                    ? member.model()
                    : member.model() + " x " + RoutingDocument.plain(member.weight());
        } else if (value instanceof Tier.Share share) {
            return share.model() + " " + RoutingDocument.plain(share.percent()) + " %";
        } else if (value instanceof Tier.Batch batch) {
            return "within " + seconds(batch.within()) + ", unanswered: " + RoutingDocument.lower(batch.unanswered());
        } else if (value instanceof Task.Waiver waiver) {
            return "by " + waiver.by() + " until " + waiver.until() + ": " + waiver.reason();
        }
        return parts(value);
    }

    /** Every component that has a value, by its name. */
    private static String parts(Record value) {
        return joined(Stream.of(value.getClass().getRecordComponents())
                .map(part -> {
                    Object of = PolicyChanges.valueOf(part, value);
                    String said = NOT_SHOWN.contains(key(part)) || isSecretByName(part) ? HIDDEN : text(of);
                    return said.isEmpty() ? "" : part.getName() + " " + said;
                })
                .filter(said -> !said.isEmpty()));
    }

    private static String joined(Stream<String> texts) {
        return texts.collect(Collectors.joining(", "));
    }

    /** Who is spoken to: what follows may hold a secret. */
    private static String host(URI address) {
        return address.getHost() == null
                ? "(not shown)"
                : address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort());
    }

    private static String seconds(Duration time) {
        return RoutingDocument.seconds(time.toMillis());
    }
}
