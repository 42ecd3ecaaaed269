package dev.llmrouter.camel.drift;

import dev.llmrouter.audit.AuditJson;
import dev.llmrouter.audit.drift.DriftAlarm;
import dev.llmrouter.audit.drift.DriftJson;
import dev.llmrouter.camel.LlmRouterConstants;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Makes a message of a {@link DriftAlarm}: JSON in the body, what it is about in the headers {@link LlmRouterConstants#ALARM},
 * {@link LlmRouterConstants#TASK} and {@link LlmRouterConstants#TIER} (the last two absent where it is about all requests).
 */
public final class AlarmProcessor implements Processor {
    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        DriftAlarm alarm = message.getBody(DriftAlarm.class);
        message.setHeader(LlmRouterConstants.ALARM, alarm.subject().id());
        if (alarm.subject().task() != null) {
            message.setHeader(LlmRouterConstants.TASK, alarm.subject().task());
            message.setHeader(LlmRouterConstants.TIER, alarm.subject().tier());
        }
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setBody(AuditJson.write(DriftJson.alarm(alarm)));
    }
}
