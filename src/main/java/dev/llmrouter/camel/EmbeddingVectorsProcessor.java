package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Embeddings;
import dev.llmrouter.chat.MalformedReplyException;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Turns an answer to an embedding request, JSON as OpenAI writes it, into its vectors: the body becomes a {@code List} of
 * {@code float[]}, in the order of the texts, also where there is only one.
 */
public final class EmbeddingVectorsProcessor implements Processor {
    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        byte[] body = message.getBody(byte[].class);
        ChatReply reply;
        try {
            reply = LlmRouterContext.of(exchange.getContext())
                    .dialects()
                    .provider(Dialect.Name.EMBEDDINGS)
                    .parseReply(body == null ? new byte[0] : body);
        } catch (MalformedReplyException e) {
            throw new IllegalStateException(
                    "the body is no answer with embeddings: this step comes after direct:llm-route with the exchange"
                            + " property " + ReceiverProcessor.DIALECT + " = embeddings",
                    e);
        }
        Embeddings embeddings = reply.embeddings();
        List<float[]> vectors = embeddings == null ? List.of() : embeddings.vectors();
        message.removeHeader(Exchange.CONTENT_TYPE);
        message.setBody(new ArrayList<>(vectors));
    }
}
