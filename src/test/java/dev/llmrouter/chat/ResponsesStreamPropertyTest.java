package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.policy.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ResponsesStreamPropertyTest {
    private static final String BODY = "{\"model\":\"auto\",\"stream\":true,\"input\":\"x\"}";

    /** Events in any order that a provider could send them in, and some that none should. */
    private static List<StreamEvent> events(Random random) {
        List<StreamEvent> events = new ArrayList<>();
        if (random.nextInt(5) > 0) {
            events.add(new StreamEvent.Start("id", "m", 1, null));
        }
        int calls = 0;
        for (int i = random.nextInt(20); i > 0; i--) {
            String text = random.nextInt(4) == 0 ? "" : "t" + i;
            switch (random.nextInt(8)) {
                case 0, 1 -> events.add(new StreamEvent.TextDelta(random.nextInt(2), text, null));
                case 2 -> events.add(new StreamEvent.RefusalDelta(0, text));
                case 3 -> events.add(new StreamEvent.ReasoningDelta(0, text, random.nextBoolean() ? "s" : null));
                case 4 -> events.add(new StreamEvent.ToolCallStart(0, calls++, "call_" + calls, "f"));
                case 5, 6 -> events.add(new StreamEvent.ToolCallDelta(0, random.nextInt(calls + 1), text));
                default -> events.add(new StreamEvent.UsageUpdate(Usage.of(i, i)));
            }
        }
        if (random.nextInt(5) > 0) {
            FinishReason[] reasons = FinishReason.values();
            events.add(new StreamEvent.Finish(0, reasons[random.nextInt(reasons.length)], null));
        }
        events.add(new StreamEvent.End());
        return events;
    }

    @Property(tries = 500)
    void everyItemBeginsAndEndsOnceAndNumbersCountUp(@ForAll long seed) throws Exception {
        ChatRequest request =
                Samples.DIALECTS.caller(Dialect.Name.RESPONSES).parseRequest(Samples.utf8(BODY), Limits.ofDefaults());
        List<JsonNode> written = new ArrayList<>();
        for (SseParser.Event event : Samples.encode(Dialect.Name.RESPONSES, request, events(new Random(seed)))) {
            written.add(Samples.json(event.data()));
        }

        ResponsesOrder.check(written);
    }
}
