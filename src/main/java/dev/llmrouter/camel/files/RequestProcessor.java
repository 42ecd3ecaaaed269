package dev.llmrouter.camel.files;

import dev.llmrouter.camel.BatchAnswer;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.SynchronizationAdapter;

/** A line of a file becomes the body that {@code direct:llm-route} takes, and the header {@code x-llm-task} where it names a task. */
public final class RequestProcessor extends FileStep {
    private static final String TASK_HEADER = "x-llm-task";

    /**
     * @throws BadLineException if the line is no request
     * @throws UnansweredException if a batch did not touch it, and nobody else is to be asked
     */
    @Override
    public void process(Exchange exchange) throws BadLineException, UnansweredException {
        Message message = exchange.getMessage();
        BatchLine line = (BatchLine) message.getBody();
        put(exchange, line);
        FileBatches batches = batches(exchange);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                if (!batches.isEnding() && !line.isWaiting()) {
                    // whatever else happened to it: a line that is left would be asked, and paid for, for ever
                    FailureProcessor.fail(batches, line, done, done.getException());
                }
                line.release();
            }
        });
        // what is known of the file says nothing of this request
        message.removeHeaders("CamelLlmRouter*");
        message.removeHeader(TASK_HEADER);
        LineRequest request = line.request();
        if (request.task() != null) {
            message.setHeader(TASK_HEADER, request.task());
        }
        message.setBody(request.body());
        BulkAnswer bulk = line.answer();
        if (bulk != null && bulk.answer() != null) {
            BatchAnswer.put(exchange, bulk.answer(), line::comesAgain);
        }
        if (bulk != null && bulk.answer() == null && bulk.fault() != null) {
            throw new UnansweredException(bulk.fault());
        }
    }
}
