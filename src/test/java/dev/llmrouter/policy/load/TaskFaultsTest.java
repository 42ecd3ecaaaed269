package dev.llmrouter.policy.load;

import static dev.llmrouter.policy.load.Fault.fault;
import static dev.llmrouter.policy.load.Severity.ERROR;
import static dev.llmrouter.policy.load.Severity.UNUSABLE;
import static dev.llmrouter.policy.load.Severity.WARNING;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults in {@code tasks}. */
class TaskFaultsTest {
    static Stream<Fault> faults() {
        String rationale = "rationale: Short texts, few groups.";
        return Stream.of(
                fault(
                        "tasks:\n",
                        "tasks:\n  unclassified: { tier: premium, description: The rest, rationale: None. }\n",
                        WARNING,
                        "unclassified",
                        "tasks.unclassified",
                        "nobody can tell them apart"),
                fault(
                        "tier: economy",
                        "tier: econmy",
                        UNUSABLE,
                        "econmy",
                        "tasks.triage.tier",
                        "Did you mean 'economy'?"),
                fault("    " + rationale + "\n", "", ERROR, "  triage:", "tasks.triage.rationale", "is missing"),
                fault(rationale, "rationale: ' '", ERROR, "' '", "tasks.triage.rationale", "is missing"),
                fault(
                        "    description: Which queue?\n",
                        "",
                        ERROR,
                        "  triage:",
                        "tasks.triage.description",
                        "is missing"),
                fault(
                        "\n    margin: 0.05",
                        "",
                        WARNING,
                        "  triage:",
                        "tasks.triage.margin",
                        "is missing: nobody has said how much quality may be lost"),
                fault(
                        "margin: 0.05",
                        "margin: 0",
                        UNUSABLE,
                        "margin",
                        "tasks.triage.margin",
                        "is '0'; allowed: above 0 to 1"),
                fault("margin: 0.05", "margin: 1.01", UNUSABLE, "margin", "tasks.triage.margin", "above 0 to 1"),
                fault(
                        rationale,
                        rationale + "\n    errorCost: -1",
                        UNUSABLE,
                        "errorCost",
                        "tasks.triage.errorCost",
                        "allowed: 0"),
                fault(
                        rationale,
                        rationale + "\n    premiumWhen: [{}]",
                        UNUSABLE,
                        "premiumWhen",
                        "tasks.triage.premiumWhen[0]",
                        "has no part"),
                fault(
                        rationale,
                        rationale + "\n    premiumWhen: [{ modalities: [image] }]",
                        ERROR,
                        "premiumWhen",
                        "tasks.triage.premiumWhen[0]",
                        "need 'vision'"),
                fault(
                        rationale,
                        rationale + "\n    verify: { second: { model: small } }",
                        WARNING,
                        "verify",
                        "tasks.triage.verify.second.model",
                        "a model of the task's own tier"),
                fault(
                        rationale,
                        rationale + "\n    verify: { samples: { count: 1 } }",
                        UNUSABLE,
                        "verify",
                        "tasks.triage.verify.samples.count",
                        "2 to 9"),
                fault(
                        rationale,
                        rationale + "\n    verify: { judge: { least: 0.5 } }",
                        UNUSABLE,
                        "verify",
                        "tasks.triage.verify.judge.model",
                        "is missing"),
                fault(
                        rationale,
                        rationale + "\n    verify: { onFailure: fail }",
                        UNUSABLE,
                        "verify",
                        "tasks.triage.verify",
                        "checks nothing"),
                fault(
                        rationale,
                        rationale + "\n    verify: { minLength: 5, maxLength: 4 }",
                        UNUSABLE,
                        "minLength",
                        "tasks.triage.verify.minLength",
                        "no output is usable"),
                fault(
                        rationale,
                        rationale + "\n    verify: { regex: '(?<=a)b' }",
                        UNUSABLE,
                        "regex",
                        "tasks.triage.verify.regex",
                        "RE2"),
                fault(
                        rationale,
                        rationale + "\n    verify: { jsonSchema: x }",
                        UNUSABLE,
                        "jsonSchema",
                        "tasks.triage.verify.jsonSchema",
                        "a JSON schema is needed"),
                fault(
                        rationale,
                        rationale + "\n    review: { minPerWeek: 0 }",
                        UNUSABLE,
                        "minPerWeek",
                        "tasks.triage.review.minPerWeek",
                        "1 to"),
                fault(
                        rationale,
                        rationale + "\n    waiver: { reason: pilot, by: me, until: 2026-11-23 }",
                        ERROR,
                        "waiver",
                        "tasks.triage.waiver.until",
                        "has expired (today is 2026-11-24)"),
                fault(
                        rationale,
                        rationale + "\n    waiver: { reason: pilot, until: 2026-12-23 }",
                        UNUSABLE,
                        "waiver",
                        "tasks.triage.waiver.by",
                        "is missing"),
                fault(
                        "rationale: Errors are dear.",
                        "rationale: x\n    waiver: { reason: a, by: b, until: 2026-12-01 }",
                        WARNING,
                        "waiver",
                        "tasks.advice.waiver",
                        "not needed"),
                fault(
                        "rationale: Errors are dear.",
                        "rationale: x\n    premiumWhen: [{ tokensOver: 5 }]",
                        WARNING,
                        "premiumWhen",
                        "tasks.advice.premiumWhen",
                        "no effect"),
                fault(
                        "rationale: Errors are dear.",
                        "rationale: x\n    verify: { json: true, onFailure: escalate }",
                        WARNING,
                        "escalate",
                        "tasks.advice.verify.onFailure",
                        "baseline tier already"),
                fault(
                        "rationale: Errors are dear.",
                        "rationale: x\n    verify: { json: yes }",
                        UNUSABLE,
                        "json: yes",
                        "tasks.advice.verify.json",
                        "true or false"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void namesThePlaceTheFindingAndTheRemedy(Fault fault) {
        fault.isReported();
    }
}
