package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Writes an OpenAI stream. A stream that failed gets no {@code [DONE]}, so that it never looks finished. */
final class OpenAiEncoder implements Dialect.StreamEncoder {
    private static final String DONE = "[DONE]";
    private final boolean wantsUsage;
    private final long now;
    private final boolean oldFunctions;
    private final Set<Integer> introduced = new HashSet<>();
    private final Map<Integer, Paragraphs> paragraphs = new HashMap<>();

    /** The one call of an old function that is written, by choice. */
    private final Map<Integer, Integer> oldCalls = new HashMap<>();

    /** Calls of which no argument has come yet, by choice. */
    private final Map<Integer, SortedSet<Integer>> bare = new HashMap<>();

    private String id;
    private String model;
    private long created;
    private @Nullable Usage usage;
    private boolean ended;
    private boolean passed;

    /** @param now seconds since 1970, for streams of providers that do not tell when they began */
    OpenAiEncoder(ChatRequest request, long now) {
        this.wantsUsage = request.streamUsage();
        this.oldFunctions = OldFunctions.are(request);
        this.now = now;
        this.created = now;
        this.model = request.model();
        this.id = DerivedId.of(
                "chatcmpl-", request.model(), now, request.messages().size());
    }

    @Override
    public byte[] encode(StreamEvent event) {
        if (ended) {
            return NOTHING;
        }
        if (event instanceof StreamEvent.Start start) {
            return start(start);
        }
        if (event instanceof StreamEvent.TextDelta delta) {
            ObjectNode chunk =
                    chunk(delta.choice(), "content", paragraphs(delta.choice()).next(delta.text()), null);
            if (delta.logprobs() != null) {
                ((ObjectNode) chunk.get("choices").get(0)).set("logprobs", delta.logprobs());
            }
            return bytes(chunk);
        }
        if (event instanceof StreamEvent.ReasoningDelta delta) {
            return delta.text().isEmpty()
                    ? NOTHING
                    : bytes(chunk(delta.choice(), "reasoning_content", delta.text(), null));
        }
        if (event instanceof StreamEvent.RefusalDelta delta) {
            return bytes(chunk(delta.choice(), "refusal", delta.text(), null));
        }
        if (event instanceof StreamEvent.ToolCallStart start) {
            return toolStart(start);
        }
        if (event instanceof StreamEvent.ToolCallDelta delta) {
            return toolDelta(delta);
        }
        if (event instanceof StreamEvent.Citation cited) {
            ObjectNode chunk = chunk(cited.choice(), null, "", null);
            delta(chunk).putArray("annotations").add(cited.annotation());
            return bytes(chunk);
        }
        if (event instanceof StreamEvent.Finish finish) {
            String reason = OpenAiReplies.finishReason(finish.reason(), oldFunctions);
            byte[] last = bytes(chunk(finish.choice(), null, "", reason));
            boolean isCut = finish.reason() == FinishReason.LENGTH;
            if (isCut) {
                // its arguments did not come any more: nobody is to take it for a call without
                bare.remove(finish.choice());
            }
            return isCut ? last : join(complete(finish.choice()), last);
        }
        if (event instanceof StreamEvent.UsageUpdate update) {
            usage = update.usage();
            return NOTHING;
        }
        if (event instanceof StreamEvent.Working || event instanceof StreamEvent.NotPriced) {
            return NOTHING;
        }
        ended = true;
        if (event instanceof StreamEvent.Failed failed) {
            return bytes(CallerErrors.openAi(failed.error()));
        }
        return end();
    }

    private byte[] start(StreamEvent.Start start) {
        if (!start.id().isEmpty()) {
            id = DerivedId.prefixed("chatcmpl-", start.id());
        }
        model = start.model().isEmpty() ? model : start.model();
        created = start.created() > 0 ? start.created() : now;
        usage = start.usage();
        return NOTHING;
    }

    private Paragraphs paragraphs(int choice) {
        return paragraphs.computeIfAbsent(choice, any -> new Paragraphs());
    }

    private byte[] toolStart(StreamEvent.ToolCallStart start) {
        if (!isWritten(start.choice(), start.index())) {
            return NOTHING;
        }
        paragraphs(start.choice()).end();
        bare.computeIfAbsent(start.choice(), any -> new TreeSet<>()).add(start.index());
        ObjectNode chunk = chunk(start.choice(), null, "", null);
        ObjectNode function;
        if (oldFunctions) {
            function = delta(chunk).putObject(OldFunctions.CALL);
        } else {
            ObjectNode call = delta(chunk).putArray("tool_calls").addObject();
            function = call.put("index", start.index())
                    .put("id", start.id())
                    .put("type", "function")
                    .putObject("function");
        }
        function.put("name", start.name()).put("arguments", "");
        return bytes(chunk);
    }

    private byte[] toolDelta(StreamEvent.ToolCallDelta fragment) {
        if (!isWritten(fragment.choice(), fragment.index())) {
            return NOTHING;
        }
        SortedSet<Integer> waiting = bare.get(fragment.choice());
        if (waiting != null && !fragment.arguments().isEmpty()) {
            waiting.remove(fragment.index());
        }
        return arguments(fragment.choice(), fragment.index(), fragment.arguments());
    }

    /** An answer has one call of an old function. */
    private boolean isWritten(int choice, int call) {
        return !oldFunctions || oldCalls.computeIfAbsent(choice, any -> call) == call;
    }

    private byte[] arguments(int choice, int index, String arguments) {
        ObjectNode chunk = chunk(choice, null, "", null);
        ObjectNode function = oldFunctions
                ? delta(chunk).putObject(OldFunctions.CALL)
                : delta(chunk)
                        .putArray("tool_calls")
                        .addObject()
                        .put("index", index)
                        .putObject("function");
        function.put("arguments", arguments);
        return bytes(chunk);
    }

    /** Gives calls that got no arguments an empty object, as a whole answer has it: clients read JSON. */
    private byte[] complete(int choice) {
        byte[] written = NOTHING;
        SortedSet<Integer> waiting = bare.remove(choice);
        if (waiting != null) {
            for (int call : waiting) {
                written = join(written, arguments(choice, call, "{}"));
            }
        }
        return written;
    }

    private static ObjectNode delta(ObjectNode chunk) {
        return (ObjectNode) chunk.get("choices").get(0).get("delta");
    }

    private ObjectNode chunk(int choice, @Nullable String field, String text, @Nullable String finishReason) {
        ObjectNode chunk = head();
        ObjectNode written = chunk.putArray("choices").addObject().put("index", choice);
        ObjectNode delta = written.putObject("delta");
        if (introduced.add(choice)) {
            delta.put("role", "assistant");
            if (field == null) {
                delta.putNull("content");
            }
        }
        if (field != null) {
            delta.put(field, text);
        }
        written.putNull("logprobs");
        written.put("finish_reason", finishReason);
        if (wantsUsage) {
            chunk.putNull("usage");
        }
        return chunk;
    }

    private ObjectNode head() {
        return Json.object()
                .put("id", id)
                .put("object", "chat.completion.chunk")
                .put("created", created)
                .put("model", model);
    }

    private byte[] end() {
        byte[] written = NOTHING;
        for (int choice : new TreeSet<>(bare.keySet())) {
            written = join(written, complete(choice));
        }
        return join(written, done());
    }

    private byte[] done() {
        byte[] done = Dialect.sse("", DONE);
        if (!wantsUsage || usage == null || passed) {
            return done;
        }
        ObjectNode chunk = head();
        chunk.putArray("choices");
        chunk.set("usage", OpenAiReplies.usage(usage));
        return join(bytes(chunk), done);
    }

    static byte[] join(byte[] one, byte[] other) {
        byte[] both = java.util.Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static byte[] bytes(ObjectNode chunk) {
        return Dialect.sse("", Json.text(chunk));
    }

    @Override
    public byte[] pass(String event, String data, List<StreamEvent> meaning) {
        if (ended) {
            return NOTHING;
        }
        passed = true;
        boolean hasUsage = false;
        for (StreamEvent one : meaning) {
            if (one instanceof StreamEvent.Failed) {
                return encode(one);
            }
            if (one instanceof StreamEvent.End) {
                ended = true;
            }
            if (one instanceof StreamEvent.Start start) {
                start(start);
            }
            hasUsage |= one instanceof StreamEvent.UsageUpdate;
        }
        return hasUsage && !wantsUsage && !ended ? withoutUsage(event, data) : Dialect.sse(event, data);
    }

    /** Some servers put usage into every chunk: what else is in it goes on. */
    private static byte[] withoutUsage(String event, String data) {
        ObjectNode chunk = Json.objectOrNull(data);
        if (chunk == null || chunk.path("choices").isEmpty()) {
            return NOTHING;
        }
        chunk.remove("usage");
        return Dialect.sse(event, Json.text(chunk));
    }
}
