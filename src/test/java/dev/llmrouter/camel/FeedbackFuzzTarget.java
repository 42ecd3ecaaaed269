package dev.llmrouter.camel;

import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/** What reads people's feedback. */
public final class FeedbackFuzzTarget {
    private static final DefaultCamelContext CAMEL = new DefaultCamelContext();

    private FeedbackFuzzTarget() {}

    /** The reader of a body. */
    public static FuzzTarget reader() {
        return new FuzzTarget(
                "feedback",
                List.of(
                        "{\"request_id\":\"llm_1\",\"useful\":true,\"score\":0.5,\"corrected\":\"better\",\"by\":\"ann\"}"
                                .getBytes(StandardCharsets.UTF_8)),
                FeedbackFuzzTarget::read);
    }

    private static String read(byte[] input) {
        Exchange exchange = new DefaultExchange(CAMEL);
        exchange.getMessage().setBody(input);
        try {
            return "read " + FeedbackReader.read(exchange, 0, null).useful();
        } catch (BadRequestException refused) {
            if (refused.error().status() != 400) {
                throw new AssertionError("status " + refused.error().status());
            }
            return refused.error().message();
        }
    }
}
