package dev.llmrouter.record.ledger;

import static dev.llmrouter.record.ledger.LedgerEntries.feedback;
import static dev.llmrouter.record.ledger.LedgerEntries.of;
import static dev.llmrouter.record.ledger.LedgerEntries.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is written is kept, once, until it is forgotten. */
@Tag("once")
class LedgerWritingTest extends LedgerOnAnyDatabase {
    @Test
    void keepsEveryColumnAndUnknownIsNotZero() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("a", 7L), request("b", null)));
        }

        assertThat(count("SELECT COUNT(*) FROM llm_request")).isEqualTo(2);
        assertThat(count("SELECT cost_pico_usd FROM llm_request WHERE request_id = 'a'"))
                .isEqualTo(7);
        assertThat(count("SELECT COUNT(*) FROM llm_request WHERE request_id = 'b' AND cost_pico_usd IS NULL"
                        + " AND baseline_cost_pico_usd IS NULL AND simulated AND NOT shadow AND verify = 'passed'"
                        + " AND duration_ms = 34 AND reasoning_tokens = 1 AND confidence > 0.8 AND caller = 'team'"))
                .isEqualTo(1);
    }

    @Test
    void ignoresAnIdThatItKnowsAndKeepsTheOthersOfTheBatch() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("a", 7L)));
            ledger.write(List.of(request("a", 8L), request("b", 9L), request("b", 10L)));
        }

        assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(16);
    }

    @Test
    void feedbackIsRecordedOnceAndKeptForUnknownRequests() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("a", 7L)));
            ledger.expect("soon");

            assertThat(ledger.take(feedback("1", "a", true))).isEqualTo(Ledger.Taken.RECORDED);
            assertThat(ledger.take(feedback("2", "a", true))).isEqualTo(Ledger.Taken.DUPLICATE);
            assertThat(ledger.take(new FeedbackEntry("3", "a", 3_000, false, null, null, null, "alice", null)))
                    .isEqualTo(Ledger.Taken.RECORDED);
            assertThat(ledger.take(new FeedbackEntry("4", "a", 4_000, true, 0.5, 7, "ab", "alice", null)))
                    .isEqualTo(Ledger.Taken.RECORDED);
            assertThat(ledger.take(feedback("5", "nowhere", true))).isEqualTo(Ledger.Taken.UNKNOWN);
            assertThat(ledger.take(feedback("6", "nowhere", true))).isEqualTo(Ledger.Taken.DUPLICATE);
            assertThat(ledger.take(feedback("7", "soon", true))).isEqualTo(Ledger.Taken.RECORDED);
        }

        assertThat(count("SELECT COUNT(*) FROM llm_feedback")).isEqualTo(5);
    }

    @Test
    void feedbackThatIsSentTwiceWhileTheDatabaseIsAwayIsKeptOnce() throws Exception {
        open().close();
        awayTakes(feedback("1", "a", true), feedback("2", "a", true), feedback("3", "b", true));
        open().close();
        assertThat(count("SELECT COUNT(*) FROM llm_feedback")).isEqualTo(2);

        awayTakes(feedback("4", "a", true), feedback("5", "b", false), feedback("6", "b", true));
        open().close();
        assertThat(count("SELECT COUNT(*) FROM llm_feedback"))
                .as("what was said before it was away counts, and a change of mind is none")
                .isEqualTo(4);
    }

    private void awayTakes(FeedbackEntry... all) {
        LedgerSettings away = new LedgerSettings(folder, "jdbc:postgresql://127.0.0.1:1/postgres", "postgres", "x");
        try (Ledger ledger = Ledger.open(away, nanos::get)) {
            for (FeedbackEntry each : all) {
                assertThat(ledger.take(each)).isEqualTo(Ledger.Taken.RECORDED);
            }
        }
    }

    @Test
    void opensWhatItWroteBefore() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("a", 1L)));
        }
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("b", 2L)));
            assertThat(ledger.isWriting()).isTrue();
        }

        assertThat(count("SELECT COUNT(*) FROM llm_request")).isEqualTo(2);
    }

    /** Each request once, also where it comes twice, within a batch or later; the times of the earliest and the latest. */
    @Test
    void keepsUnderWhichNamesModelsAnswered() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("simulated", 1L), of("c", 10, "economy", 1L, null, false)));
            ledger.write(List.of(request("a", 1L, false), request("b", 1L, false), request("a", 1L, false)));
            ledger.write(List.of(request("b", 1L, false), request("d", 1L, false)));
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            assertThat(reader.days().versions())
                    .containsExactly(
                            new ModelVersion("summary", "economy", "small", "local", "small-2026", 1_000, 1_000, 3));
        }
    }

    @Test
    void forgetsWhatIsOlderAndNothingElse() throws Exception {
        try (Ledger ledger = open()) {
            List<RequestEntry> old = new ArrayList<>();
            for (int i = 0; i < 1_203; i++) {
                old.add(of("old-" + i, i, "economy", 1L, null, false));
            }
            ledger.write(old);
            ledger.write(List.of(of("kept", 2_000, "economy", 7L, null, false)));
            ledger.take(new FeedbackEntry("1", "old-1", 5_000, true, null, null, null, "x", null));
            ledger.take(new FeedbackEntry("2", "kept", 1_000, true, null, null, null, "x", null));
            ledger.take(new FeedbackEntry("3", "nowhere", 1_000, true, null, null, null, "x", null));
            ledger.take(new FeedbackEntry("4", "soon", 3_000, true, null, null, null, "x", null));

            assertThat(ledger.forget(2_000)).isEqualTo(1_205);
            assertThat(ledger.forget(2_000)).isZero();
        }

        assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(7);
        assertThat(count("SELECT COUNT(*) FROM llm_feedback WHERE feedback_id IN ('2', '4')"))
                .isEqualTo(2);
        assertThat(count("SELECT COUNT(*) FROM llm_feedback")).isEqualTo(2);
    }
}
