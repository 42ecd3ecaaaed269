package dev.llmrouter.record;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.policy.Protocol;
import java.io.IOException;

/** What the log and the ledger say alike of an attempt. */
public final class AttemptJson {
    private AttemptJson() {}

    /** Writes fields into the object that is open: number, model, provider, outcome, HTTP status if there was one, start and duration in ms, and whether a batch answered, whose time is not known, or the simulator, whom nobody pays. */
    public static void write(Attempt attempt, JsonGenerator out) throws IOException {
        out.writeNumberField("n", attempt.number());
        out.writeStringField("model", attempt.candidate().model().name());
        out.writeStringField("provider", attempt.candidate().provider().name());
        out.writeStringField("outcome", attempt.outcome().key());
        if (attempt.status() != null) {
            out.writeNumberField("status", attempt.status());
        }
        out.writeNumberField("start_ms", attempt.startMillis());
        out.writeNumberField("duration_ms", attempt.durationMillis());
        if (attempt.candidate().role() == Candidate.Role.BATCHED) {
            out.writeBooleanField("batch", true);
        }
        if (attempt.candidate().provider().protocol() == Protocol.SIMULATOR) {
            out.writeBooleanField("simulated", true);
        }
    }
}
