package dev.llmrouter.policy.load;

import static dev.llmrouter.policy.load.Fault.added;
import static dev.llmrouter.policy.load.Fault.fault;
import static dev.llmrouter.policy.load.Severity.UNUSABLE;
import static dev.llmrouter.policy.load.Severity.WARNING;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults at the top of a policy, and in what is not YAML as it is taken. */
class TopLevelFaultsTest {
    static Stream<Fault> faults() {
        return Stream.of(
                fault("owner: team", "ownr: team\nowner: a", UNUSABLE, "ownr", "ownr", "Did you mean 'owner'?"),
                fault(
                        "owner: team",
                        "\towner: team",
                        UNUSABLE,
                        "\towner",
                        "",
                        "a tab stands where YAML takes spaces only"),
                fault("owner: team", "owner: t\uFFFDm", UNUSABLE, "\uFFFDm", "", "no UTF-8"),
                fault("owner: team\n", "", WARNING, "version", "owner", "is missing"),
                fault("version: 1", "version: 2", UNUSABLE, "version: 2", "version", "is '2'; allowed: 1 to 1"),
                fault("version: 1\n", "", UNUSABLE, "owner", "version", "is missing. Write 'version: 1'."),
                fault("evidence: warn", "evidence: wran", UNUSABLE, "wran", "evidence", "Did you mean 'warn'?"),
                fault("evidence: warn", "evidence: off", WARNING, "evidence: off", "evidence", "without proof: triage"),
                fault(
                        "evidence: warn",
                        "evidence: enforce",
                        WARNING,
                        "tier: economy",
                        "tasks.triage.tier",
                        "serves the task unless accepted evidence proves it"),
                fault(
                        "price: { input: 0.1, cachedInput: 0.05, output: 0.4, asOf: 2026-07-02 }",
                        "price: { input: 10, cachedInput: 5, output: 40, asOf: 2026-07-02 }",
                        WARNING,
                        "tier: economy",
                        "tasks.triage.tier",
                        "serves the task without proof of its quality"),
                fault(
                        "baseline: premium",
                        "baseline: premum",
                        UNUSABLE,
                        "premum",
                        "baseline",
                        "names the tier 'premum', which does not exist. Did you mean 'premium'? Allowed: economy, premium."),
                fault(
                        "evidence: warn",
                        "evidence: warn\nowner: again",
                        UNUSABLE,
                        "owner: again",
                        "",
                        "has the key 'owner' twice in one mapping: in line 2 and in line 5"),
                fault("owner: team", "owner: &a team", UNUSABLE, "&a", "", "defines the anchor &a"),
                fault("owner: team", "owner: !!str team", UNUSABLE, "!!str", "", "tags are not allowed"),
                fault(
                        "owner: team",
                        "owner: [team]",
                        UNUSABLE,
                        "[team]",
                        "owner",
                        "is a list; a single value is needed"),
                fault("owner: team", "owner: 'x", UNUSABLE, "owner: 'x", "", "is no valid YAML"),
                fault(
                        "owner: team",
                        "owner: \"{{nope}}\"",
                        UNUSABLE,
                        "nope",
                        "owner",
                        "uses {{nope}}, which has no value"),
                fault("evidence: warn", "simulation: sometimes", UNUSABLE, "sometimes", "simulation", "without-keys"),
                fault(
                        "evidence: warn",
                        "evidence: warn\npriceDate: soon",
                        UNUSABLE,
                        "soon",
                        "priceDate",
                        "year-month-day"),
                added("---\nversion: 1\n", UNUSABLE, "---", "", "more than one YAML document"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void namesThePlaceTheFindingAndTheRemedy(Fault fault) {
        fault.isReported();
    }
}
