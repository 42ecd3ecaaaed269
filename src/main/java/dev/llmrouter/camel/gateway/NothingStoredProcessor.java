package dev.llmrouter.camel.gateway;

import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatError;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Answers whoever asks for a stored response: there is none, and why. */
public final class NothingStoredProcessor implements Processor {
    @Override
    public void process(Exchange exchange) throws BadRequestException {
        throw new BadRequestException(new ChatError(
                ChatError.Kind.NOT_FOUND,
                404,
                "This gateway stores no responses, so there is none to read, delete, cancel or go on from (each answer says"
                        + " \"store\": false). Send the whole conversation in 'input' to /v1/responses.",
                "response_not_found",
                "response_id",
                null));
    }
}
