package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.FinishReason;
import dev.llmrouter.chat.StreamEvent;
import dev.llmrouter.dispatch.StreamItem;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class KeptAnswerTest {
    private final KeptAnswer kept = new KeptAnswer("r");

    private boolean add(StreamEvent... events) {
        return kept.add(new StreamItem("", "", List.of(events)));
    }

    /** Ten kB a token that no limit of characters sees. */
    @Test
    void probabilitiesOfTokensAreNotKept() {
        var probabilities = JsonNodeFactory.instance.objectNode();
        probabilities.putArray("content").addObject().put("token", "a").put("logprob", -0.1);
        assertThat(add(
                        new StreamEvent.TextDelta(0, "a", probabilities),
                        new StreamEvent.Finish(0, FinishReason.STOP, null),
                        new StreamEvent.End()))
                .isTrue();
        ChatReply reply = Objects.requireNonNull(kept.reply());
        assertThat(reply.text()).isEqualTo("a");
        assertThat(reply.choices().get(0).logprobs()).isNull();
    }

    @Test
    void whatIsTooLongIsLetGo() {
        String most = "x".repeat(KeptAnswer.LONGEST);
        assertThat(add(new StreamEvent.TextDelta(0, most, null))).isTrue();
        assertThat(add(new StreamEvent.TextDelta(0, "x", null))).isFalse();
        assertThat(add(new StreamEvent.Finish(0, FinishReason.STOP, null), new StreamEvent.End()))
                .isFalse();
        assertThat(kept.reply()).isNull();
    }
}
