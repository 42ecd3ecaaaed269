package dev.llmrouter.policy.load;

import static dev.llmrouter.policy.load.Fault.fault;
import static dev.llmrouter.policy.load.Sample.with;
import static dev.llmrouter.policy.load.Severity.ERROR;
import static dev.llmrouter.policy.load.Severity.UNUSABLE;
import static dev.llmrouter.policy.load.Severity.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults in {@code rules}. */
class RuleFaultsTest {
    static Stream<Fault> faults() {
        String when = "when: { keywords: [advise] }";
        String path = "rules[1].when";
        return Stream.of(
                fault(
                        "task: triage",
                        "task: triag",
                        UNUSABLE,
                        "task: triag",
                        "rules[0].task",
                        "Did you mean 'triage'?"),
                fault("id: advise", "id: queue", UNUSABLE, "- id: queue", "rules[1].id", "which the rule in line"),
                fault(when, "when: {}", UNUSABLE, "when: {}", path, "has no part"),
                fault(
                        when,
                        "when: { keyword: [x] }",
                        UNUSABLE,
                        "keyword:",
                        path + ".keyword",
                        "Did you mean 'keywords'?"),
                fault(
                        when,
                        "when: { tokensOver: 10, tokensUnder: 11 }",
                        UNUSABLE,
                        "tokensOver",
                        path + ".tokensOver",
                        "no number of tokens"),
                fault(when, "when: { regex: '(' }", UNUSABLE, "regex", path + ".regex", "is no regular expression"),
                fault(
                        when,
                        "when: { regex: '((a{1000}){1000}){1000}' }",
                        UNUSABLE,
                        "regex",
                        path + ".regex",
                        "too large"),
                fault(
                        when,
                        "when: { languageIn: [english] }",
                        UNUSABLE,
                        "english",
                        path + ".languageIn[0]",
                        "no language code"),
                fault(
                        when,
                        "when: { languageIn: [de], languageNotIn: [de, en] }",
                        UNUSABLE,
                        "languageIn",
                        path + ".languageNotIn",
                        "excludes every language"),
                fault(when, "when: { contains: [xml] }", UNUSABLE, "xml", path + ".contains[0]", "markup"),
                fault(
                        when,
                        "when: { modalities: [images] }",
                        UNUSABLE,
                        "images",
                        path + ".modalities[0]",
                        "Did you mean 'image'?"),
                fault(
                        when,
                        "when: { keywords: [';'] }",
                        UNUSABLE,
                        "';'",
                        path + ".keywords",
                        "without letter or digit"),
                fault(when, "when: { modalities: [audio] }", ERROR, "- id: advise", "rules[1]", "need 'audio'"),
                fault(
                        when,
                        "when: { keywords: [ticket] }",
                        ERROR,
                        "- id: advise",
                        "rules[1]",
                        "is never reached: whatever fits it fits rule 'queue' in line"),
                fault(
                        when,
                        "when: { keywords: [open ticket, my queue], tokensUnder: 9 }",
                        ERROR,
                        "- id: advise",
                        "rules[1]",
                        "never reached"),
                fault(
                        when,
                        "when: { keywords: [advise, ticket] }",
                        WARNING,
                        "- id: advise",
                        "rules[1].when.keywords",
                        "has 'ticket', which rule 'queue'"),
                fault(
                        when,
                        "when: { keywords: [advise, Ticket  price] }",
                        WARNING,
                        "- id: advise",
                        "rules[1].when.keywords",
                        "(as 'ticket')"),
                fault(
                        "task: advice",
                        "task: triage\n  - { id: again, task: triage, when: { keywords: [advise], tokensUnder: 50 } }",
                        WARNING,
                        "again",
                        "rules[2]",
                        "Remove it."));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void namesThePlaceTheFindingAndTheRemedy(Fault fault) {
        fault.isReported();
    }

    /** Issue 3, 2: what the fallback cannot do is said when the policy is written, not in an outage. */
    @Test
    void aRuleWhoseRequestsOneModelOfItsTierCanServeHasNoFallback() {
        String alone = with("when: { keywords: [advise] }", "when: { tools: true }");
        String beside = alone.replace("models: [large]", "models: [large, small]");
        String both = beside.replace("context: 32000", "context: 32000\n    capabilities: [tools]");

        assertThat(ofTheRule(beside)).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(WARNING);
            assertThat(problem.message()).contains("'tools'", "only 'large' can do that");
            assertThat(problem.fix()).isNotBlank();
        });
        assertThat(ofTheRule(alone)).isEmpty();
        assertThat(ofTheRule(both)).isEmpty();
    }

    private static List<Problem> ofTheRule(String policy) {
        return Sample.check(policy).problems().stream()
                .filter(problem -> problem.path().equals("rules[1]"))
                .toList();
    }
}
