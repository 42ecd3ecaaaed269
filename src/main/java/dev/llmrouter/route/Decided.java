package dev.llmrouter.route;

import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.OutputCheck;
import dev.llmrouter.policy.Verify;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request whose tier and candidates are known.
 *
 * @param decisionMicros time from its arrival to the decision, in microseconds
 */
public record Decided(Classified classified, Decision decision, long decisionMicros) implements Stage {
    @Override
    public Received received() {
        return classified.received();
    }

    @Override
    public Described described() {
        return classified.described();
    }

    @Override
    public Classification classification() {
        return classified.classification();
    }

    @Override
    public List<Attempt> classifierCalls() {
        return classified.classifierCalls();
    }

    @Override
    public String toString() {
        return inShort();
    }

    /** The check of the task's output; null if there is none. */
    public @Nullable OutputCheck outputCheck() {
        String task = classification().task();
        return task == null ? null : received().policy().checks().get(task);
    }

    /** Whether others are to confirm the output, because the task's check says so. */
    public boolean asksForConfirmation() {
        OutputCheck check = outputCheck();
        return check != null && check.asks() != null;
    }

    /** The request as providers get it: whole where nothing unchecked may reach the caller. */
    public ChatRequest toProvider() {
        ChatRequest request = described().request();
        OutputCheck check = outputCheck();
        boolean whole = check != null && check.onFailure() != Verify.OnFailure.RECORD;
        return whole && request.stream() ? request.withoutStream() : request;
    }
}
