package dev.llmrouter.camel.gateway;

import dev.llmrouter.camel.ReceiverProcessor;
import dev.llmrouter.chat.BodyShape;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Says by what a chat request looks like in which dialect it is, for the receiver behind it: OpenAI's, Anthropic's or Responses. */
public final class ChatShapeProcessor implements Processor {
    @Override
    public void process(Exchange exchange) {
        byte[] body = exchange.getMessage().getBody(byte[].class);
        if (body != null) {
            exchange.getMessage().setBody(body); // what was a stream has been read
            exchange.setProperty(
                    ReceiverProcessor.DIALECT, BodyShape.chatOf(body).name().toLowerCase(Locale.ROOT));
        }
    }
}
