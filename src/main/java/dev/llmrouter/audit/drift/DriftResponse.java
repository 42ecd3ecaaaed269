package dev.llmrouter.audit.drift;

import dev.llmrouter.evaluate.EvidenceRevocation;
import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Does what the policy's {@code review.onDrift} says about an alarm of quality: revokes the task's evidence, which a running
 * gateway takes over. Each alarm then says what was done, or why nothing could be.
 */
public final class DriftResponse {
    private final RoutingPolicy policy;
    private final Path evidence;
    private final LocalDate today;

    /** @param evidence folder with the evidence of the policy */
    public DriftResponse(RoutingPolicy policy, Path evidence, LocalDate today) {
        this.policy = policy;
        this.evidence = evidence;
        this.today = today;
    }

    /** The same report, its alarms with what was done about them. */
    public DriftReport respond(DriftReport report) {
        List<DriftAlarm> alarms = report.alarms().stream().map(this::respond).toList();
        return new DriftReport(report.now(), report.settings(), report.level(), alarms, report.watched());
    }

    private DriftAlarm respond(DriftAlarm alarm) {
        String name = alarm.subject().task();
        Task task = name == null ? null : policy.tasks().get(name);
        Task.Review review = task == null ? null : task.review();
        boolean isMeant = alarm.subject().kind().isOfQuality()
                && task != null
                && review != null
                && review.onDrift() == Task.OnDrift.PREMIUM
                && task.tier().equals(alarm.subject().tier())
                && !task.tier().equals(policy.baseline());
        if (!isMeant || task == null) {
            return alarm;
        }
        List<String> actions = new ArrayList<>();
        actions.add(answer(task, alarm));
        actions.addAll(alarm.actions());
        return new DriftAlarm(
                alarm.subject(),
                alarm.since(),
                alarm.before(),
                alarm.after(),
                alarm.p(),
                alarm.text(),
                alarm.causes(),
                actions,
                alarm.versions(),
                alarm.doubt());
    }

    private String answer(Task task, DriftAlarm alarm) {
        if (alarm.doubt() != null) {
            return "The policy says onDrift: premium, and nothing was revoked: " + alarm.doubt();
        }
        String obstacle = obstacle(task);
        if (obstacle != null) {
            return "The policy says onDrift: premium, and that cannot be done: " + obstacle;
        }
        try {
            String why = "Revoked on " + today + ": " + alarm.text();
            return switch (EvidenceRevocation.revoke(evidence, task.name(), alarm.since(), why)) {
                case REVOKED ->
                    "Done, as the policy says: the evidence of task '" + task.name() + "' was revoked; tier '"
                            + policy.baseline() + "' serves it until it is validated again.";
                case WAS_REVOKED ->
                    "Its evidence is revoked; tier '" + policy.baseline() + "' serves it until it is validated again.";
                case NO_EVIDENCE ->
                    "The policy says onDrift: premium; there is no accepted evidence that could be revoked.";
                case VALIDATED_SINCE -> "It was validated after the drift began, so that its evidence stays in force.";
            };
        } catch (IOException e) {
            return "The policy says onDrift: premium, and its evidence could not be revoked: " + e.getMessage();
        }
    }

    private @Nullable String obstacle(Task task) {
        if (policy.evidence() != EvidenceMode.ENFORCE && policy.evidence() != EvidenceMode.COLLECT) {
            return "evidence does not decide under evidence: warn or off. Set evidence: enforce, or change the tier.";
        }
        Task.Waiver waiver = task.waiver();
        return waiver != null && !today.isAfter(waiver.until())
                ? "a waiver lets it pass without evidence until " + waiver.until() + ". Remove the waiver."
                : null;
    }
}
