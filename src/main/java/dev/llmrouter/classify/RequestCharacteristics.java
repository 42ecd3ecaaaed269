package dev.llmrouter.classify;

import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Part;
import dev.llmrouter.chat.ResponseFormat;
import dev.llmrouter.chat.Role;
import dev.llmrouter.chat.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Found from the request when first asked for. Two threads that ask at once may both count, and find the same. */
final class RequestCharacteristics implements Characteristics {
    private static final int UNKNOWN = -1;
    /** For each message, and for the start of the answer. Source: OpenAI cookbook, "How to count tokens with tiktoken". */
    private static final int MESSAGE_TOKENS = 4;
    /** For each tool, besides its text. Source: the same, function calls with gpt-4o (7 to 12), rounded up. */
    private static final int TOOL_TOKENS = 12;
    /** OpenAI: 85 and 170 for each of the four tiles of 1024 x 1024 pixels; the size is not looked at. */
    private static final int IMAGE_TOKENS = 765;
    /** OpenAI with {@code detail: low}. */
    private static final int SMALL_IMAGE_TOKENS = 85;
    /** Assumption of ours: sound of 64 kbit/s at 10 tokens a second, so 800 bytes a token. */
    private static final int AUDIO_BYTES_PER_TOKEN = 800;
    /** Sound of unknown length: a minute of it. Assumption of ours. */
    private static final int AUDIO_TOKENS = 600;
    /** Assumption of ours: a page of 50 KB has 2,000 tokens. */
    private static final int DOCUMENT_BYTES_PER_TOKEN = 25;
    /** A document of unknown size: five pages. Assumption of ours. */
    private static final int DOCUMENT_TOKENS = 10_000;

    private final ChatRequest request;
    private volatile @Nullable List<String> texts;
    private volatile @Nullable Language language;
    private volatile @Nullable Set<String> laterLanguages;
    private volatile @Nullable Structure structure;
    private volatile @Nullable Demands demands;
    private volatile @Nullable Set<String> modalities;
    private volatile int tokens = UNKNOWN;
    private volatile int tokensAtMost = UNKNOWN;

    RequestCharacteristics(ChatRequest request) {
        this.request = request;
    }

    @Override
    public int inputTokens() {
        int known = tokens;
        if (known == UNKNOWN) {
            long sum = overhead();
            for (String text : texts()) {
                sum += TokenEstimator.estimate(text);
            }
            known = toInt(Math.min(sum, inputTokensAtMost()));
            tokens = known;
        }
        return known;
    }

    @Override
    public int inputTokensAtMost() {
        int known = tokensAtMost;
        if (known == UNKNOWN) {
            long sum = overhead();
            for (String text : texts()) {
                sum += TokenEstimator.utf8Bytes(text);
            }
            known = toInt(sum);
            tokensAtMost = known;
        }
        return known;
    }

    private static int toInt(long value) {
        return (int) Math.min(Integer.MAX_VALUE, value);
    }

    /** Tokens of messages and tools as such, and of what is not text. */
    private long overhead() {
        if (request.isEmbeddings()) {
            return mediaTokens(
                    request.messages().get(0).parts()); // texts stand for themselves: no messages around them
        }
        long sum = (request.messages().size() + 1L) * MESSAGE_TOKENS
                + (long) request.tools().size() * TOOL_TOKENS;
        for (ChatMessage message : request.messages()) {
            sum += mediaTokens(message.parts());
        }
        return sum;
    }

    private static long mediaTokens(List<Part> parts) {
        long sum = 0;
        for (Part part : parts) {
            if (part instanceof Part.Tokens tokens) {
                sum += tokens.count();
            } else if (part instanceof Part.Image image) {
                sum += "low".equals(image.detail()) ? SMALL_IMAGE_TOKENS : IMAGE_TOKENS;
            } else if (part instanceof Part.Audio audio) {
                String data = audio.base64();
                sum += data == null ? AUDIO_TOKENS : bytes(data) / AUDIO_BYTES_PER_TOKEN + 1;
            } else if (part instanceof Part.Document document) {
                String data = document.base64();
                sum += data == null ? DOCUMENT_TOKENS : bytes(data) / DOCUMENT_BYTES_PER_TOKEN + 1;
            } else if (part instanceof Part.ToolResult result) {
                sum += mediaTokens(result.content());
            } else if (part instanceof Part.Opaque opaque && opaque.modality() != null) {
                sum += unseenTokens(opaque.modality());
            }
        }
        return sum;
    }

    /** Of what lies elsewhere. */
    private static int unseenTokens(String modality) {
        return switch (modality) {
            case "image" -> IMAGE_TOKENS;
            case "audio" -> AUDIO_TOKENS;
            default -> DOCUMENT_TOKENS;
        };
    }

    private static long bytes(String base64) {
        return base64.length() * 3L / 4;
    }

    /** All text that a model reads: messages and tools. */
    private List<String> texts() {
        List<String> known = texts;
        if (known == null) {
            List<String> found = new ArrayList<>();
            request.messages().forEach(message -> {
                addText(message.name(), found);
                addTexts(message.parts(), found);
            });
            for (Tool tool : request.tools()) {
                found.add(tool.name());
                addText(tool.description(), found);
                addText(tool.schema() == null ? null : tool.schema().toString(), found);
            }
            ResponseFormat format = request.responseFormat();
            if (format != null && format.schema() != null) {
                found.add(format.schema().toString());
            }
            known = List.copyOf(found);
            texts = known;
        }
        return known;
    }

    private static void addTexts(List<Part> parts, List<String> to) {
        for (Part part : parts) {
            if (part instanceof Part.Text text) {
                to.add(text.text());
            } else if (part instanceof Part.ToolCall call) {
                to.add(call.name());
                to.add(call.arguments());
            } else if (part instanceof Part.ToolResult result) {
                addTexts(result.content(), to);
            } else if (part instanceof Part.Reasoning reasoning) {
                to.add(reasoning.text());
            } else if (part instanceof Part.Refusal refusal) {
                to.add(refusal.text());
            } else if (part instanceof Part.Opaque opaque) {
                to.add(opaque.json().toString());
            }
        }
    }

    private static void addText(@Nullable String text, List<String> to) {
        if (text != null) {
            to.add(text);
        }
    }

    @Override
    public @Nullable String language() {
        return findLanguage().code();
    }

    @Override
    public Set<String> laterLanguages() {
        Set<String> known = laterLanguages;
        if (known == null) {
            String text = ConditionInput.latestUserText(request.messages());
            known = Language.later(text, language());
            laterLanguages = known;
        }
        return known;
    }

    @Override
    public double languageConfidence() {
        return findLanguage().confidence();
    }

    private Language findLanguage() {
        Language known = language;
        if (known == null) {
            known = Language.of(ConditionInput.latestUserText(request.messages()));
            language = known;
        }
        return known;
    }

    /** Of the system prompts and user messages. */
    private Structure structure() {
        Structure known = structure;
        if (known == null) {
            known = Structure.NONE;
            for (ChatMessage message : request.messages()) {
                if (message.role() == Role.SYSTEM || message.role() == Role.USER) {
                    known = known.or(Structure.of(message.text()));
                }
            }
            structure = known;
        }
        return known;
    }

    @Override
    public boolean hasCode() {
        return structure().code();
    }

    @Override
    public boolean hasMarkup() {
        return structure().markup();
    }

    @Override
    public boolean hasJson() {
        return structure().json();
    }

    @Override
    public boolean hasTable() {
        return structure().table();
    }

    /** Questions of the latest user message; instructions of it and of the system prompts. */
    private Demands demands() {
        Demands known = demands;
        if (known == null) {
            known = Demands.of(ConditionInput.latestUserText(request.messages()));
            for (ChatMessage message : request.messages()) {
                if (message.role() == Role.SYSTEM) {
                    known = known.plus(new Demands(0, Demands.of(message.text()).instructions()));
                }
            }
            demands = known;
        }
        return known;
    }

    @Override
    public int questions() {
        return demands().questions();
    }

    @Override
    public int instructions() {
        return demands().instructions();
    }

    @Override
    public int turns() {
        int turns = 0;
        for (ChatMessage message : request.messages()) {
            turns += message.role() == Role.USER ? 1 : 0;
        }
        return turns;
    }

    @Override
    public Set<String> modalities() {
        Set<String> known = modalities;
        if (known == null) {
            Set<String> found = new TreeSet<>();
            request.messages().forEach(message -> addModalities(message.parts(), found));
            known = Set.copyOf(found);
            modalities = known;
        }
        return known;
    }

    private static void addModalities(List<Part> parts, Set<String> to) {
        for (Part part : parts) {
            if (part instanceof Part.Image) {
                to.add("image");
            } else if (part instanceof Part.Audio) {
                to.add("audio");
            } else if (part instanceof Part.Document) {
                to.add("document");
            } else if (part instanceof Part.Opaque opaque && opaque.modality() != null) {
                to.add(opaque.modality());
            } else if (part instanceof Part.ToolResult result) {
                addModalities(result.content(), to);
            }
        }
    }

    @Override
    public boolean hasTools() {
        return !request.tools().isEmpty();
    }

    @Override
    public boolean hasResponseSchema() {
        ResponseFormat format = request.responseFormat();
        return format != null && format.kind() == ResponseFormat.Kind.JSON_SCHEMA;
    }

    @Override
    public @Nullable Integer requestedOutputTokens() {
        return request.sampling().maxOutputTokens();
    }

    @Override
    public int characters() {
        long sum = 0;
        for (String text : texts()) {
            sum += text.length();
        }
        return toInt(sum);
    }
}
