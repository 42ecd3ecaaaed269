package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes an Anthropic stream: one block is open at a time, and its type follows what comes. Only the first choice is
 * written, for callers of this dialect cannot ask for more. A stream that failed gets no {@code message_stop}.
 */
final class AnthropicEncoder implements Dialect.StreamEncoder {
    private enum Block {
        NONE,
        TEXT,
        THINKING,
        TOOL
    }

    /** A tool call whose block has not begun. */
    private static final class Held {
        private final StreamEvent.ToolCallStart start;
        private final StringBuilder arguments = new StringBuilder();

        Held(StreamEvent.ToolCallStart start) {
            this.start = start;
        }
    }

    /** Besides an empty text, what models write for no arguments. */
    private static final String NONE = "null";

    private final Map<Integer, Held> held = new LinkedHashMap<>();

    /** Arguments of the latest call that has a block. */
    private final StringBuilder written = new StringBuilder();

    /** How many characters of {@link #written} are out. */
    private int passed;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    private final Map<Integer, Integer> blockOfCall = new HashMap<>();
    private final ChatRequest request;
    private Block open = Block.NONE;
    private int index = -1;
    private boolean started;
    private boolean ended;
    private boolean refused;
    private @Nullable Usage usage;
    private StreamEvent.@Nullable Finish finish;

    AnthropicEncoder(ChatRequest request) {
        this.request = request;
    }

    @Override
    public byte[] encode(StreamEvent event) {
        if (ended) {
            return NOTHING;
        }
        out.reset();
        if (event instanceof StreamEvent.Failed failed) {
            ended = true;
            write("error", CallerErrors.anthropic(failed.error(), ""));
        } else if (event instanceof StreamEvent.UsageUpdate update) {
            usage = update.usage();
        } else if (event instanceof StreamEvent.Start start) {
            start(start);
        } else {
            if (!started) {
                start(new StreamEvent.Start("", request.model(), 0, null));
            }
            inside(event);
        }
        return out.size() == 0 ? NOTHING : out.toByteArray();
    }

    private void inside(StreamEvent event) {
        if (event instanceof StreamEvent.TextDelta delta && delta.choice() == 0) {
            text(delta.text());
        } else if (event instanceof StreamEvent.RefusalDelta delta && delta.choice() == 0) {
            refused = true;
            text(delta.text());
        } else if (event instanceof StreamEvent.ReasoningDelta delta && delta.choice() == 0) {
            thought(delta);
        } else if (event instanceof StreamEvent.ToolCallStart start && start.choice() == 0) {
            toolStart(start);
        } else if (event instanceof StreamEvent.ToolCallDelta delta && delta.choice() == 0) {
            toolDelta(delta);
        } else if (event instanceof StreamEvent.Finish last && last.choice() == 0) {
            close();
            finish = isCut(last) ? new StreamEvent.Finish(0, FinishReason.STOP, last.stopSequence()) : last;
        } else if (event instanceof StreamEvent.End) {
            end();
        }
    }

    /** Whether the answer has stopped in a call, which nobody shall take for one to make. */
    private boolean isCut(StreamEvent.Finish last) {
        return last.reason() == FinishReason.TOOL_CALLS
                && CutCall.isStopped(request, new Part.ToolCall("", "", written.toString()));
    }

    private void start(StreamEvent.Start start) {
        if (started) {
            return;
        }
        started = true;
        usage = start.usage();
        String id = start.id().isEmpty()
                ? DerivedId.of(
                        "msg_",
                        start.model(),
                        start.created(),
                        request.messages().size())
                : DerivedId.prefixed("msg_", start.id());
        ObjectNode event = Json.object().put("type", "message_start");
        ObjectNode message = event.putObject("message");
        message.put("id", id).put("type", "message").put("role", "assistant");
        message.put("model", start.model().isEmpty() ? request.model() : start.model());
        message.putArray("content");
        message.putNull("stop_reason").putNull("stop_sequence");
        message.set("usage", AnthropicReplies.usage(usage == null ? Usage.of(0, 0) : usage));
        write("message_start", event);
    }

    private void text(String text) {
        if (text.isEmpty()) {
            return;
        }
        if (open != Block.TEXT) {
            open(Block.TEXT, Json.object().put("type", "text").put("text", ""));
        }
        delta(index, Json.object().put("type", "text_delta").put("text", text));
    }

    private void thought(StreamEvent.ReasoningDelta thought) {
        if (open != Block.THINKING) {
            if (thought.text().isEmpty()) {
                return;
            }
            open(
                    Block.THINKING,
                    Json.object().put("type", "thinking").put("thinking", "").put("signature", ""));
        }
        if (!thought.text().isEmpty()) {
            delta(index, Json.object().put("type", "thinking_delta").put("thinking", thought.text()));
        }
        if (thought.signature() != null) {
            delta(index, Json.object().put("type", "signature_delta").put("signature", thought.signature()));
        }
    }

    /** A call that begins before the last one is whole waits for it: a block that has stopped gets nothing more. */
    private void toolStart(StreamEvent.ToolCallStart start) {
        if (open == Block.TOOL && Json.objectOrNull(written.toString()) == null) {
            held.put(start.index(), new Held(start));
        } else {
            toolBlock(start);
        }
    }

    private void toolBlock(StreamEvent.ToolCallStart start) {
        ObjectNode block = Json.object().put("type", "tool_use");
        block.put("id", AnthropicRequestWriter.toolId(start.id())).put("name", start.name());
        block.putObject("input");
        open(Block.TOOL, block);
        blockOfCall.put(start.index(), index);
        written.setLength(0);
        passed = 0;
    }

    /** A fragment names its block, so that it is right even if the provider goes back to an earlier call. */
    private void toolDelta(StreamEvent.ToolCallDelta fragment) {
        Held waiting = held.get(fragment.index());
        if (waiting != null) {
            waiting.arguments.append(fragment.arguments());
            return;
        }
        Integer block = blockOfCall.get(fragment.index());
        if (block == null || fragment.arguments().isEmpty()) {
            return;
        }
        if (block != index) {
            arguments(block, fragment.arguments());
            return;
        }
        written.append(fragment.arguments());
        if (passed > 0 || !NONE.startsWith(written.toString().strip())) {
            passOn();
        }
    }

    /** What may still turn out to be no arguments waits: a block without any has its empty object already. */
    private void passOn() {
        if (passed < written.length()) {
            arguments(index, written.substring(passed));
            passed = written.length();
        }
    }

    private void arguments(int block, String text) {
        delta(block, Json.object().put("type", "input_json_delta").put("partial_json", text));
    }

    private void open(Block type, ObjectNode block) {
        close();
        open = type;
        index++;
        ObjectNode event = Json.object().put("type", "content_block_start").put("index", index);
        event.set("content_block", block);
        write("content_block_start", event);
    }

    private void delta(int block, ObjectNode delta) {
        ObjectNode event = Json.object().put("type", "content_block_delta").put("index", block);
        event.set("delta", delta);
        write("content_block_delta", event);
    }

    private void close() {
        stop();
        if (held.isEmpty()) {
            return;
        }
        List<Held> waiting = List.copyOf(held.values());
        held.clear();
        for (Held call : waiting) {
            toolBlock(call.start);
            toolDelta(new StreamEvent.ToolCallDelta(0, call.start.index(), call.arguments.toString()));
            stop();
        }
    }

    private void stop() {
        if (open != Block.NONE) {
            String waiting =
                    open == Block.TOOL && passed == 0 ? written.toString().strip() : "";
            if (!waiting.isEmpty() && !waiting.equals(NONE)) {
                passOn();
            }
            open = Block.NONE;
            write(
                    "content_block_stop",
                    Json.object().put("type", "content_block_stop").put("index", index));
        }
    }

    private void end() {
        close();
        ended = true;
        StreamEvent.Finish last = finish;
        FinishReason reason = refused ? FinishReason.CONTENT_FILTER : last == null ? FinishReason.OTHER : last.reason();
        String stopSequence = last == null || refused ? null : last.stopSequence();
        ObjectNode event = Json.object().put("type", "message_delta");
        event.putObject("delta")
                .put("stop_reason", AnthropicReplies.stopReason(reason, stopSequence))
                .put("stop_sequence", stopSequence);
        event.set("usage", AnthropicReplies.usage(usage == null ? Usage.of(0, 0) : usage));
        write("message_delta", event);
        write("message_stop", Json.object().put("type", "message_stop"));
    }

    private void write(String event, ObjectNode data) {
        out.writeBytes(Dialect.sse(event, Json.text(data)));
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
            started |= one instanceof StreamEvent.Start;
            ended |= one instanceof StreamEvent.End;
        }
        return Dialect.sse(event, data);
    }
}
