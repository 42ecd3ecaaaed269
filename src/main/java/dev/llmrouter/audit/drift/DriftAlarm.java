package dev.llmrouter.audit.drift;

import dev.llmrouter.record.ledger.ModelVersion;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Something that has changed.
 *
 * @param since day (UTC) at which the series is split best into before and after; an estimate
 * @param p error level at which this would still count
 * @param text what was found, with numbers
 * @param causes what else changed and may be the cause, in sentences; never empty
 * @param actions what to do, in sentences; never empty
 * @param versions those that are new, where it is about versions; else empty
 * @param doubt why no evidence is revoked for it, in a sentence; null if nothing speaks against it
 */
public record DriftAlarm(
        Subject subject,
        LocalDate since,
        Level before,
        Level after,
        double p,
        String text,
        List<String> causes,
        List<String> actions,
        List<ModelVersion> versions,
        @Nullable String doubt) {
    public DriftAlarm {
        causes = List.copyOf(causes);
        actions = List.copyOf(actions);
        versions = List.copyOf(versions);
    }

    /**
     * What it tells, so that nobody has to hear it twice: the subject's id; where it is about versions, one for each model and
     * version instead.
     */
    public Set<String> topics() {
        if (versions.isEmpty()) {
            return Set.of(subject.id());
        }
        Set<String> topics = new TreeSet<>();
        for (ModelVersion each : versions) {
            String name = String.join(" ", each.model(), each.provider(), each.responseModel());
            topics.add(subject.id() + '#' + name.replaceAll("\\s+", " ").strip()); // in files it is a line
        }
        return topics;
    }
}
