package dev.llmrouter.camel.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Writes the answer to a line, with its decision and cost, to the results of the line's file. */
public final class ResultProcessor extends FileStep {
    /** @throws IOException if an answer in JSON is none */
    @Override
    public void process(Exchange exchange) throws IOException {
        BatchLine line = line(exchange);
        Message message = exchange.getMessage();
        ObjectNode result = LineJson.begin(line);
        Object body = message.getBody();
        if (body instanceof byte[] json) {
            JsonNode reply = ResultFiles.JSON.readTree(json);
            result.set("text", reply.path("choices").path(0).path("message").path("content"));
            result.set("reply", reply);
        } else {
            result.put("text", message.getBody(String.class));
        }
        line.paid(exchange, null, false);
        LineJson.decision(result, message, line.cost());
        if (line.batch().answered(line.number(), result, line.cost())) {
            batches(exchange).countAnswered();
        }
        line.release();
    }
}
