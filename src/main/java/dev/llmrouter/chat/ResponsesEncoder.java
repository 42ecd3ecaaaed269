package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a stream of Responses. Text and reasoning are open one at a time; function calls stay open until the answer
 * ends, because a provider may go back to an earlier one. Only the first choice is written. A stream that failed ends with
 * {@code response.failed} and what was finished until then.
 */
final class ResponsesEncoder implements Dialect.StreamEncoder {
    private final ResponsesEvents events = new ResponsesEvents();
    private final Map<Integer, ResponsesCallItem> calls = new TreeMap<>();
    private final Map<Integer, ObjectNode> finished = new TreeMap<>();
    private final ChatRequest request;
    private final long now;
    private ResponsesReplies.Head head;
    private @Nullable ResponsesTextItem open;
    private @Nullable Usage usage;
    private FinishReason reason = FinishReason.OTHER;
    private int items;
    private boolean started;

    /** The latest event that was passed on as it came; null if none. */
    private @Nullable String passed;

    private boolean refused;
    private boolean ended;

    /** @param now seconds since 1970, for streams of providers that do not tell when they began */
    ResponsesEncoder(ChatRequest request, long now) {
        this.request = request;
        this.now = now;
        String id =
                DerivedId.of("resp_", request.model(), now, request.messages().size());
        this.head = new ResponsesReplies.Head(id, request.model(), now);
    }

    @Override
    public byte[] encode(StreamEvent event) {
        if (ended) {
            return NOTHING;
        }
        if (event instanceof StreamEvent.UsageUpdate update) {
            usage = update.usage();
            return NOTHING;
        }
        if (event instanceof StreamEvent.Start start) {
            name(start);
        }
        begin();
        if (event instanceof StreamEvent.TextDelta delta && delta.choice() == 0) {
            ArrayNode logprobs = ResponsesItems.logprobs(delta.logprobs());
            text(ResponsesTextItem.Kind.TEXT, delta.text(), logprobs);
        } else if (event instanceof StreamEvent.RefusalDelta delta && delta.choice() == 0) {
            refused = true;
            text(ResponsesTextItem.Kind.REFUSAL, delta.text(), Json.array());
        } else if (event instanceof StreamEvent.ReasoningDelta delta && delta.choice() == 0) {
            text(ResponsesTextItem.Kind.REASONING, delta.text(), Json.array());
        } else if (event instanceof StreamEvent.Citation cited && cited.choice() == 0) {
            if (open != null) {
                open.cite(Citations.flat(cited.annotation()));
            }
        } else if (event instanceof StreamEvent.ToolCallStart start && start.choice() == 0) {
            call(start);
        } else if (event instanceof StreamEvent.ToolCallDelta delta && delta.choice() == 0) {
            ResponsesCallItem call = calls.get(delta.index());
            if (call != null) {
                call.add(delta.arguments());
            }
        } else if (event instanceof StreamEvent.Finish finish && finish.choice() == 0) {
            reason = finish.reason();
            close(incomplete() == null ? ResponsesItems.COMPLETED : ResponsesItems.INCOMPLETE);
        } else if (event instanceof StreamEvent.End) {
            end();
        } else if (event instanceof StreamEvent.Failed failed) {
            fail(failed.error());
        }
        return events.take();
    }

    private void name(StreamEvent.Start start) {
        if (!started) {
            head = new ResponsesReplies.Head(
                    start.id().isEmpty() ? head.id() : DerivedId.prefixed("resp_", start.id()),
                    start.model().isEmpty() ? head.model() : start.model(),
                    start.created() > 0 ? start.created() : now);
            usage = start.usage();
        }
    }

    private void begin() {
        if (!started) {
            started = true;
            events.response("response.created", response(ResponsesItems.IN_PROGRESS));
            events.response("response.in_progress", response(ResponsesItems.IN_PROGRESS));
        }
    }

    private ObjectNode response(String status) {
        ArrayNode output = Json.array();
        finished.values().forEach(output::add);
        return ResponsesReplies.response(request, head, status, output);
    }

    private void text(ResponsesTextItem.Kind kind, String text, ArrayNode logprobs) {
        if (text.isEmpty() && logprobs.isEmpty()) {
            return;
        }
        ResponsesTextItem item = open;
        if (item == null || !item.takes(kind)) {
            closeText(ResponsesItems.COMPLETED);
            item = new ResponsesTextItem(events, head.id(), items++, kind);
            open = item;
        }
        item.add(kind, text, logprobs);
    }

    private void call(StreamEvent.ToolCallStart start) {
        closeText(ResponsesItems.COMPLETED);
        ResponsesCallItem before = calls.put(start.index(), new ResponsesCallItem(events, head.id(), items++, start));
        if (before != null) {
            finished.put(before.index(), before.end(ResponsesItems.COMPLETED));
        }
    }

    private void closeText(String status) {
        ResponsesTextItem item = open;
        if (item != null) {
            finished.put(item.index(), item.end(status));
            open = null;
        }
    }

    /** Closes what is open. @param last the status of the item that began last: it is what a limit cuts off */
    private void close(String last) {
        for (ResponsesCallItem call : calls.values()) {
            boolean isLast = call.index() == items - 1;
            finished.put(call.index(), call.end(isLast ? last : ResponsesItems.COMPLETED));
        }
        calls.clear();
        closeText(last);
    }

    private @Nullable String incomplete() {
        return ResponsesReplies.incomplete(reason, refused);
    }

    private void end() {
        String why = incomplete();
        String status = why == null ? ResponsesItems.COMPLETED : ResponsesItems.INCOMPLETE;
        close(status);
        ended = true;
        ObjectNode whole = response(status);
        ResponsesReplies.finish(whole, why, usage, now);
        events.response("response." + status, whole);
    }

    private void fail(ChatError error) {
        ended = true;
        ObjectNode before = passed == null ? null : Json.objectOrNull(passed);
        if (before != null) {
            events.after(before);
        }
        ObjectNode whole = response("failed");
        whole.putObject("error").put("code", code(error.kind())).put("message", error.message());
        events.response("response.failed", whole);
    }

    /** The code of a failed response: of OpenAI's list, those that say something of any provider. */
    private static String code(ChatError.Kind kind) {
        return switch (kind) {
            case RATE_LIMIT, QUOTA -> "rate_limit_exceeded";
            case INVALID_REQUEST, CONTEXT_LENGTH, CONTENT_FILTER, TOO_LARGE -> "invalid_prompt";
            case NOT_FOUND, AUTHENTICATION, PERMISSION, TIMEOUT, OVERLOADED, SERVER -> "server_error";
        };
    }

    @Override
    public byte[] pass(String event, String data, List<StreamEvent> meaning) {
        if (ended) {
            return NOTHING;
        }
        for (StreamEvent one : meaning) {
            if (one instanceof StreamEvent.Failed) {
                return encode(one);
            }
            if (one instanceof StreamEvent.Start start) {
                name(start);
            }
            ended |= one instanceof StreamEvent.End;
        }
        started = true;
        passed = data;
        if (event.equals("response.output_item.done")) {
            ObjectNode done = Json.objectOrNull(data);
            if (done != null && done.get("item") instanceof ObjectNode item) {
                finished.put((int) Math.min(Json.count(done, "output_index"), Integer.MAX_VALUE), item);
            }
        }
        return Dialect.sse(event, data);
    }
}
