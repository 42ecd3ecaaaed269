package dev.llmrouter.camel;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.policy.AccessKey;
import dev.llmrouter.record.ledger.FeedbackEntry;
import dev.llmrouter.record.ledger.Ledger;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Keeps what somebody thought of an answer: a JSON object or a map
 * {@code {"request_id","useful","score"?,"corrected"?,"by"?}}, or else the headers {@link LlmRouterConstants#REQUEST_ID} and
 * {@code useful}. Of a corrected text only its length and its SHA-256 are kept. Afterwards the header
 * {@link LlmRouterConstants#FEEDBACK_STATUS} says what came of it. It may wait for the ledger's database: not on an event
 * loop.
 */
public final class FeedbackProcessor extends PolicyStep {
    private boolean reply;

    /** Whether the body becomes the answer to an HTTP request, with status 202. Default: false, the body stays */
    public void setReply(boolean reply) {
        this.reply = reply;
    }

    @Override
    public void process(Exchange exchange) throws BadRequestException {
        Ledger ledger = LlmRouterContext.of(exchange.getContext()).ledger();
        if (ledger == null) {
            throw new BadRequestException(ChatError.of(
                    ChatError.Kind.NOT_FOUND,
                    404,
                    "No ledger is kept here, so there is no place for feedback. Set " + LedgerProperties.DATA + " or "
                            + LedgerProperties.URL + "."));
        }
        AccessKey key = AccessProcessor.keyOf(exchange);
        FeedbackEntry feedback =
                FeedbackReader.read(exchange, System.currentTimeMillis(), key == null ? null : key.name());
        Ledger.Taken taken = ledger.take(feedback);
        Message message = exchange.getMessage();
        message.setHeader(LlmRouterConstants.FEEDBACK_STATUS, taken.key());
        if (reply) {
            message.setHeader(Exchange.HTTP_RESPONSE_CODE, 202);
            message.setHeader(Exchange.CONTENT_TYPE, "application/json");
            message.setBody(JsonNodeFactory.instance
                    .objectNode()
                    .put("request_id", feedback.requestId())
                    .put("status", taken.key())
                    .toString()
                    .getBytes(StandardCharsets.UTF_8));
        }
    }
}
