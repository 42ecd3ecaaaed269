package dev.llmrouter.audit.drift;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.record.ledger.ModelVersion;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a provider answers under another name than before for the same model of the policy, which is how providers
 * show that they have put another version behind it. An alarm stands for as long as the new name is within the latest window.
 * Of a time that is over it says what could be known then, but for the numbers of requests: the ledger has these of all time only.
 */
final class VersionWatch {
    private static final String FACT =
            "This is what the provider's answers say (gen_ai.response.model), not an estimate.";
    private static final String PIN =
            "If the provider has a name with a version, put that into models.%s.id, so that a change"
                    + " is yours to make.";

    /** Of those that went on answering the one that came last. */
    private static final Comparator<ModelVersion> LATEST =
            Comparator.comparingLong(ModelVersion::lastMillis).thenComparingLong(ModelVersion::firstMillis);

    private final DriftSettings settings;
    private final Instant now;
    private final @Nullable RoutingPolicy policy;

    VersionWatch(DriftSettings settings, Instant now, @Nullable RoutingPolicy policy) {
        this.settings = settings;
        this.now = now;
        this.policy = policy;
    }

    /** @param before the version that answered latest before it */
    private record Change(ModelVersion version, ModelVersion before) {
        String words() {
            return "model '" + version.model() + "' (provider '" + version.provider() + "') answers as '"
                    + version.responseModel() + "' since " + day(version.firstMillis()) + ", before that as '"
                    + before.responseModel() + "'";
        }
    }

    /** Adds what it finds. */
    void judge(List<ModelVersion> versions, List<DriftAlarm> alarms, List<Watched> watched) {
        Map<Subject, Map<List<String>, List<ModelVersion>>> destinations = new LinkedHashMap<>();
        for (ModelVersion version : asOf(versions, now.toEpochMilli())) {
            destinations
                    .computeIfAbsent(
                            new Subject(Kind.VERSION, version.task(), version.tier()), any -> new LinkedHashMap<>())
                    .computeIfAbsent(List.of(version.model(), version.provider()), any -> new ArrayList<>())
                    .add(version);
        }
        long lately = now.minus(settings.days(), ChronoUnit.DAYS).toEpochMilli();
        destinations
                .values()
                .forEach(models ->
                        models.values().removeIf(model -> latest(model).lastMillis() < lately));
        destinations.values().removeIf(Map::isEmpty);
        destinations.forEach((subject, models) -> {
            List<Change> changes = new ArrayList<>();
            List<String> steady = new ArrayList<>();
            for (List<ModelVersion> model : models.values()) {
                Change change = change(model);
                if (change == null) {
                    steady.add("'" + model.get(0).model() + "' answers as '"
                            + latest(model).responseModel() + "'");
                } else {
                    changes.add(change);
                }
            }
            if (changes.isEmpty()) {
                watched.add(new Watched(subject, Watched.State.STEADY, "Steady: " + String.join(", ", steady) + "."));
            } else {
                DriftAlarm alarm = alarm(subject, changes);
                alarms.add(alarm);
                watched.add(new Watched(subject, Watched.State.ALARM, "Alarm: " + alarm.text()));
            }
        });
    }

    /** Without what came after a time. */
    private static List<ModelVersion> asOf(List<ModelVersion> versions, long millis) {
        return versions.stream()
                .filter(version -> version.firstMillis() <= millis)
                .map(version -> version.lastMillis() <= millis
                        ? version
                        : new ModelVersion(
                                version.task(),
                                version.tier(),
                                version.model(),
                                version.provider(),
                                version.responseModel(),
                                version.firstMillis(),
                                millis,
                                version.requests()))
                .toList();
    }

    /** The youngest version that came within the latest window and after another one; null if there is none. */
    private @Nullable Change change(List<ModelVersion> model) {
        ModelVersion youngest = model.stream()
                .max(Comparator.comparingLong(ModelVersion::firstMillis))
                .orElseThrow();
        long window = now.minus(settings.latestDays(), ChronoUnit.DAYS).toEpochMilli();
        if (youngest.firstMillis() < window) {
            return null;
        }
        return model.stream()
                .filter(each -> each.firstMillis() < youngest.firstMillis())
                .max(LATEST)
                .map(before -> new Change(youngest, before))
                .orElse(null);
    }

    private static ModelVersion latest(List<ModelVersion> model) {
        return model.stream().max(LATEST).orElseThrow();
    }

    private DriftAlarm alarm(Subject subject, List<Change> changes) {
        long first = changes.stream()
                .mapToLong(change -> change.version().firstMillis())
                .min()
                .orElseThrow();
        long before =
                changes.stream().mapToLong(change -> change.before().requests()).sum();
        long after = changes.stream()
                .mapToLong(change -> change.version().requests())
                .sum();
        String words = String.join("; ", changes.stream().map(Change::words).toList());
        List<String> actions = new ArrayList<>();
        if (policy != null && policy.baseline().equals(subject.tier())) {
            actions.add(
                    "It is the baseline tier: what cheaper tiers were compared with is no longer there; validate them again.");
        } else {
            actions.add("The evidence speaks of the version before. " + Actions.VALIDATE);
        }
        changes.stream()
                .map(change -> change.version().model())
                .distinct()
                .forEach(model -> actions.add(PIN.formatted(model)));
        return new DriftAlarm(
                subject,
                day(first),
                new Level(0, 0, 0, before),
                new Level(1, 1, 1, after),
                0,
                subject.words() + ": " + words + ".",
                List.of(FACT),
                actions,
                changes.stream().map(Change::version).toList(),
                null);
    }

    private static LocalDate day(long millis) {
        return LocalDate.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC);
    }
}
