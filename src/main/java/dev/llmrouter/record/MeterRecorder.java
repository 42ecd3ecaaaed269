package dev.llmrouter.record;

import dev.llmrouter.chat.Usage;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.AttemptOutcome;
import dev.llmrouter.policy.Protocol;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Counts records in Micrometer meters (see {@link MeterNames}). Tag values come from the policy only, so their number is
 * bounded by the policy. Meters are looked up by a key of their tag values, not built anew for each request.
 */
public final class MeterRecorder implements Recorder {
    private static final String NONE = "none";
    private static final int MAX_METERS = 100_000;

    /** Bucket limits in seconds. Source: OpenTelemetry semantic conventions for GenAI metrics. */
    private static final Duration[] SECONDS = {
        Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofMillis(40), Duration.ofMillis(80),
        Duration.ofMillis(160), Duration.ofMillis(320), Duration.ofMillis(640), Duration.ofMillis(1280),
        Duration.ofMillis(2560), Duration.ofMillis(5120), Duration.ofMillis(10240), Duration.ofMillis(20480),
        Duration.ofMillis(40960), Duration.ofMillis(81920)
    };

    private final MeterRegistry registry;
    private final Map<List<String>, RequestMeters> requests = new ConcurrentHashMap<>();
    private final Map<List<String>, ShadowMeters> shadows = new ConcurrentHashMap<>();
    private final Map<List<String>, ClassifierMeters> classifiers = new ConcurrentHashMap<>();
    private final Map<List<String>, Counter> evidence = new ConcurrentHashMap<>();
    private final Map<List<String>, CallMeters> calls = new ConcurrentHashMap<>();

    public MeterRecorder(MeterRegistry registry) {
        this.registry = registry;
    }

    private record RequestMeters(
            Counter requests,
            Counter cost,
            Counter costUnknown,
            Counter baselineCost,
            Counter comparedCost,
            Counter unclassified,
            Timer decision) {}

    private record ClassifierMeters(Counter calls, Counter cost) {}

    private record ShadowMeters(Counter cost, Counter unknown) {}

    private record CallMeters(
            Timer duration,
            Timer firstChunk,
            DistributionSummary inputTokens,
            DistributionSummary outputTokens,
            Counter failovers,
            Counter cooldowns) {}

    @Override
    public void accept(RequestRecord request) {
        if (request.shadow()) {
            countShadow(request);
        } else {
            count(request);
        }
        List<Attempt> attempts = request.attempts();
        for (int i = 0; i < attempts.size(); i++) {
            count(attempts.get(i), i < attempts.size() - 1, request.operation());
        }
        request.checkCalls().forEach(call -> count(call, false, "chat"));
        request.classifierCalls().forEach(this::countClassification);
    }

    /** Money that is spent to learn something, and serves nobody. */
    private void countShadow(RequestRecord request) {
        List<Attempt> attempts = request.attempts().isEmpty() ? request.classifierCalls() : request.attempts();
        if (attempts.isEmpty()) {
            return;
        }
        Attempt last = attempts.get(attempts.size() - 1);
        Classification classification = request.classification();
        List<String> key = List.of(
                orNone(classification == null ? null : classification.task()),
                orNone(request.tier()),
                last.candidate().model().name(),
                last.candidate().provider().name());
        ShadowMeters meters = lookUp(shadows, key, this::shadowMeters);
        BigDecimal cost = request.costUsd();
        if (cost == null) {
            meters.unknown().increment();
        } else {
            meters.cost().increment(cost.doubleValue());
        }
    }

    private ShadowMeters shadowMeters(List<String> key) {
        Tags where = Tags.of("task", key.get(0), "tier", key.get(1), "model", key.get(2), "provider", key.get(3));
        return new ShadowMeters(
                Counter.builder(MeterNames.SHADOW_COST.meter())
                        .baseUnit("usd")
                        .tags(where)
                        .register(registry),
                registry.counter(MeterNames.SHADOW_COST_UNKNOWN.meter(), where));
    }

    /** Whether a task was looked for and not found: a caller who names a tier or a model, or is refused, or finds nobody there, misses none. */
    private static boolean isUnrecognised(RequestRecord request) {
        Classification classification = request.classification();
        return classification != null
                && classification.task() == null
                && !request.isEmbeddings()
                && request.tier() != null
                && request.outcome() != RequestRecord.Outcome.REFUSED
                && request.reasons().stream().noneMatch(reason -> reason.text().startsWith("the caller asks for "));
    }

    private void count(RequestRecord request) {
        Classification classification = request.classification();
        List<String> key = List.of(
                orNone(classification == null ? null : classification.task()),
                orNone(request.tier()),
                orNone(request.model()),
                orNone(request.provider()),
                classification == null ? NONE : classification.source().key(),
                request.outcome().key());
        RequestMeters meters = lookUp(requests, key, this::requestMeters);
        meters.requests().increment();
        BigDecimal cost = request.costUsd();
        if (cost != null) {
            meters.cost().increment(cost.doubleValue());
        } else {
            meters.costUnknown().increment();
        }
        if (cost != null && request.baselineCostUsd() != null) {
            meters.baselineCost().increment(request.baselineCostUsd().doubleValue());
            meters.comparedCost().increment(cost.doubleValue());
        }
        if (isUnrecognised(request)) {
            meters.unclassified().increment();
        }
        meters.decision().record(request.decisionMicros(), TimeUnit.MICROSECONDS);
        if (request.evidence() != null) {
            List<String> worth = List.of(key.get(0), request.evidence().state().key());
            lookUp(evidence, worth, this::evidenceMeter).increment();
        }
    }

    private void countClassification(Attempt call) {
        count(call, false, call.candidate().model().isEmbedding() ? "embeddings" : "chat");
        String model = call.candidate().model().name();
        List<String> key = List.of(model, call.outcome().key());
        ClassifierMeters meters = lookUp(classifiers, key, this::classifierMeters);
        meters.calls().increment();
        if (call.costUsd() != null) {
            meters.cost().increment(call.costUsd().doubleValue());
        }
    }

    private ClassifierMeters classifierMeters(List<String> key) {
        return new ClassifierMeters(
                registry.counter(
                        MeterNames.CLASSIFIER_CALLS.meter(), Tags.of("model", key.get(0), "outcome", key.get(1))),
                Counter.builder(MeterNames.CLASSIFIER_COST.meter())
                        .baseUnit("usd")
                        .tags(Tags.of("model", key.get(0)))
                        .register(registry));
    }

    private Counter evidenceMeter(List<String> key) {
        return registry.counter(MeterNames.EVIDENCE.meter(), Tags.of("task", key.get(0), "evidence", key.get(1)));
    }

    private void count(Attempt attempt, boolean followed, String operation) {
        List<String> key = List.of(
                attempt.candidate().model().name(),
                attempt.candidate().model().remoteName(),
                attempt.candidate().provider().name(),
                providerName(attempt.candidate().provider().protocol()),
                attempt.outcome().key(),
                operation);
        CallMeters meters = lookUp(calls, key, this::callMeters);
        if (attempt.candidate().role() != Candidate.Role.BATCHED) { // when that was answered nobody knows
            meters.duration().record(attempt.durationMillis(), TimeUnit.MILLISECONDS);
        }
        if (attempt.firstTokenMillis() != null) {
            meters.firstChunk().record(attempt.firstTokenMillis(), TimeUnit.MILLISECONDS);
        }
        Usage usage = attempt.usage();
        if (usage != null) {
            meters.inputTokens().record(usage.inputTokens());
            meters.outputTokens().record(usage.outputTokens());
        }
        if (followed && !attempt.isOk()) {
            meters.failovers().increment();
        }
        if (attempt.outcome().isCooldown()) {
            meters.cooldowns().increment();
        }
    }

    /** Reloads may bring new names for ever: what is remembered is bounded. */
    private static <V> V lookUp(Map<List<String>, V> known, List<String> key, Function<List<String>, V> create) {
        V meters = known.get(key);
        if (meters != null) {
            return meters;
        }
        if (known.size() >= MAX_METERS) {
            known.clear();
        }
        return known.computeIfAbsent(key, create);
    }

    private RequestMeters requestMeters(List<String> key) {
        Tags tags = Tags.of(
                "task",
                key.get(0),
                "tier",
                key.get(1),
                "model",
                key.get(2),
                "provider",
                key.get(3),
                "source",
                key.get(4),
                "outcome",
                key.get(5));
        Tags where = Tags.of("task", key.get(0), "tier", key.get(1), "model", key.get(2), "provider", key.get(3));
        return new RequestMeters(
                registry.counter(MeterNames.REQUESTS.meter(), tags),
                Counter.builder(MeterNames.COST.meter())
                        .baseUnit("usd")
                        .tags(where)
                        .register(registry),
                registry.counter(MeterNames.COST_UNKNOWN.meter(), where),
                Counter.builder(MeterNames.BASELINE_COST.meter())
                        .baseUnit("usd")
                        .tags(where)
                        .register(registry),
                Counter.builder(MeterNames.COMPARED_COST.meter())
                        .baseUnit("usd")
                        .tags(where)
                        .register(registry),
                registry.counter(MeterNames.UNCLASSIFIED.meter()),
                Timer.builder(MeterNames.DECISION_DURATION.meter())
                        .publishPercentiles(0.5, 0.99)
                        .register(registry));
    }

    private CallMeters callMeters(List<String> key) {
        Tags tags = Tags.of(
                "gen_ai.operation.name", key.get(5),
                "gen_ai.provider.name", key.get(3),
                "gen_ai.request.model", key.get(1));
        Tags failed = key.get(4).equals(AttemptOutcome.OK.key())
                ? tags.and("error.type", "")
                : tags.and("error.type", key.get(4));
        Tags where = Tags.of("model", key.get(0), "provider", key.get(2), "outcome", key.get(4));
        return new CallMeters(
                Timer.builder(MeterNames.OPERATION_DURATION.meter())
                        .tags(failed)
                        .serviceLevelObjectives(SECONDS)
                        .register(registry),
                Timer.builder(MeterNames.TIME_TO_FIRST_CHUNK.meter())
                        .tags(tags)
                        .serviceLevelObjectives(SECONDS)
                        .register(registry),
                tokens(tags, "input"),
                tokens(tags, "output"),
                registry.counter(MeterNames.FAILOVERS.meter(), where),
                registry.counter(MeterNames.COOLDOWNS.meter(), where));
    }

    private DistributionSummary tokens(Tags tags, String type) {
        return DistributionSummary.builder(MeterNames.TOKEN_USAGE.meter())
                .baseUnit("token")
                .tags(tags.and("gen_ai.token.type", type))
                .serviceLevelObjectives(1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576)
                .register(registry);
    }

    /** Names of the OpenTelemetry GenAI conventions where there is one. */
    private static String providerName(Protocol protocol) {
        return switch (protocol) {
            case OPENAI, OPENAI_RESPONSES -> "openai";
            case ANTHROPIC -> "anthropic";
            case GEMINI -> "gcp.gemini";
            case SIMULATOR -> "simulator";
        };
    }

    private static String orNone(@Nullable String name) {
        return name == null ? NONE : name;
    }
}
