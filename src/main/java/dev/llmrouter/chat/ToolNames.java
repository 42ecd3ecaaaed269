package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.Dialect.Name;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A dialect for a request whose tools have names that the provider's format does not take, as those of MCP servers with more than 64
 * characters: they get names that it takes, and what the model calls is given back by its own name. Which name a tool gets follows
 * from its own alone, so that later turns of a conversation name it alike. A format is sent what its own callers wrote as it came, and those
 * of OpenAI's two formats are one in this.
 */
public final class ToolNames implements ProviderDialect {
    /** Source: OpenAI's OpenAPI description of 2026-08-21, {@code FunctionObject}, {@code name}. */
    private static final Pattern OPENAI = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    /** Source: Gemini's API reference, {@code FunctionDeclaration}, {@code name}; 64 is the lowest limit that it has had. */
    private static final Pattern GEMINI = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}");

    private static final Pattern OTHERS = Pattern.compile("[^a-zA-Z0-9_-]");
    private static final int LONGEST = 64;
    private static final int HASH = 8;
    /** What is kept of the start of a name that is too long; of its end as much as there is room for, since that tells tools of a server apart. */
    private static final int HEAD = 24;

    private static final int TAIL = LONGEST - HEAD - HASH - 2;

    private final ProviderDialect dialect;
    private final Map<String, String> given;
    private final Map<String, String> own = new HashMap<>();

    private ToolNames(ProviderDialect dialect, Map<String, String> given) {
        this.dialect = dialect;
        this.given = given;
        given.forEach((name, other) -> own.put(other, name));
    }

    /** The dialect for a request: the same where it takes the names of all its tools. */
    public static ProviderDialect of(ProviderDialect dialect, ChatRequest request) {
        Map<String, String> given = given(dialect.name(), request);
        return given.isEmpty() ? dialect : new ToolNames(dialect, given);
    }

    /**
     * For those who read the answer without its request.
     *
     * @throws UnwritableRequestException if a tool has a name that the dialect does not take
     */
    public static void requireTaken(ProviderDialect dialect, ChatRequest request) {
        if (!given(dialect.name(), request).isEmpty()) {
            throw new UnwritableRequestException(
                    "The name of a tool is not one that " + dialect.name() + " takes, and it is not changed here.");
        }
    }

    /** The names that tools get in place of their own. */
    private static Map<String, String> given(Name target, ChatRequest request) {
        Pattern taken = taken(target, request.dialect());
        if (taken == null) {
            return Map.of();
        }
        Map<String, String> all = new HashMap<>(0);
        for (Tool tool : request.tools()) {
            name(tool.name(), taken, all);
        }
        for (ChatMessage message : request.messages()) {
            for (Part part : message.parts()) {
                if (part instanceof Part.ToolCall call) {
                    name(call.name(), taken, all);
                }
            }
        }
        return all;
    }

    private static @Nullable Pattern taken(Name target, Name caller) {
        if (target == caller) {
            return null;
        }
        return switch (target) {
            case OPENAI, RESPONSES -> caller == Name.OPENAI || caller == Name.RESPONSES ? null : OPENAI;
            case GEMINI -> GEMINI;
            case ANTHROPIC, EMBEDDINGS, TEXT -> null;
        };
    }

    private static void name(String name, Pattern taken, Map<String, String> all) {
        if (!taken.matcher(name).matches()) {
            all.computeIfAbsent(name, ToolNames::other);
        }
    }

    /** A name that every format takes. */
    private static String other(String name) {
        String clean = OTHERS.matcher(name).replaceAll("_");
        String hash = DerivedId.of("", name).substring(0, HASH);
        boolean starts = !clean.isEmpty() && (Character.isLetter(clean.charAt(0)) || clean.charAt(0) == '_');
        String start = starts ? clean : "_" + clean;
        return start.length() + 1 + HASH <= LONGEST
                ? start + "_" + hash
                : start.substring(0, HEAD) + "_" + hash + "_" + start.substring(start.length() - TAIL);
    }

    @Override
    public Name name() {
        return dialect.name();
    }

    @Override
    public ObjectNode writeRequest(ChatRequest request, String remoteModel, int defaultMaxOutput) {
        List<ChatMessage> messages = request.messages().stream()
                .map(message -> renamed(message, given))
                .toList();
        List<Tool> tools = request.tools().stream()
                .map(tool -> new Tool(
                        given.getOrDefault(tool.name(), tool.name()),
                        tool.description(),
                        tool.schema(),
                        tool.strict(),
                        tool.cacheControl()))
                .toList();
        ToolChoice choice = request.toolChoice();
        String one = choice == null ? null : choice.tool();
        return dialect.writeRequest(
                request.withTools(
                        messages,
                        tools,
                        choice == null || one == null
                                ? choice
                                : new ToolChoice(choice.mode(), given.getOrDefault(one, one))),
                remoteModel,
                defaultMaxOutput);
    }

    private static ChatMessage renamed(ChatMessage message, Map<String, String> names) {
        return new ChatMessage(message.role(), renamed(message.parts(), names), message.name());
    }

    private static List<Part> renamed(List<Part> parts, Map<String, String> names) {
        List<Part> all = new ArrayList<>(parts.size());
        for (Part part : parts) {
            all.add(
                    part instanceof Part.ToolCall call
                            ? new Part.ToolCall(
                                    call.id(), names.getOrDefault(call.name(), call.name()), call.arguments())
                            : part);
        }
        return all;
    }

    @Override
    public ChatReply parseReply(byte[] body) throws MalformedReplyException {
        ChatReply reply = dialect.parseReply(body);
        return new ChatReply(
                reply.id(),
                reply.model(),
                reply.created(),
                reply.choices().stream()
                        .map(choice -> new ChatReply.Choice(
                                choice.index(),
                                renamed(choice.parts(), own),
                                choice.finishReason(),
                                choice.stopSequence(),
                                choice.logprobs()))
                        .toList(),
                reply.usage(),
                reply.dialect(),
                reply.body(),
                reply.embeddings());
    }

    @Override
    public ChatError parseError(int status, byte[] body) {
        return dialect.parseError(status, body);
    }

    @Override
    public Dialect.StreamDecoder decoder() {
        Dialect.StreamDecoder decoder = dialect.decoder();
        return (event, data) -> {
            List<StreamEvent> events = decoder.decode(event, data);
            if (events.stream().noneMatch(StreamEvent.ToolCallStart.class::isInstance)) {
                return events;
            }
            return events.stream()
                    .map(one -> one instanceof StreamEvent.ToolCallStart start
                            ? new StreamEvent.ToolCallStart(
                                    start.choice(),
                                    start.index(),
                                    start.id(),
                                    own.getOrDefault(start.name(), start.name()))
                            : one)
                    .toList();
        };
    }
}
