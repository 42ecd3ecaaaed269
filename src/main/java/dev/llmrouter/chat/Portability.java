package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.Dialect.Name;
import dev.llmrouter.policy.Capability;
import dev.llmrouter.policy.RequestNeeds;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request needs of a model, and what of it another dialect cannot say. A candidate that cannot be told everything
 * that changes the answer is left out beforehand, with these reasons; what does not change it (user, metadata, storage,
 * service tier, cache keys, the best-effort seed) may be dropped. Safe for use by many threads.
 */
public final class Portability {
    static final Set<String> OPENAI_SAID = Set.of(
            "model",
            "messages",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "response_format",
            "max_tokens",
            "max_completion_tokens",
            "temperature",
            "top_p",
            "top_k",
            "stop",
            "stream",
            "stream_options",
            "functions",
            "function_call",
            "reasoning_effort",
            "n",
            "logprobs",
            "top_logprobs",
            "presence_penalty",
            "frequency_penalty",
            "seed");
    private static final Set<String> OPENAI_HARMLESS = Set.of(
            "user",
            "metadata",
            "store",
            "service_tier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "prompt_cache_options",
            "safety_identifier",
            "prediction");
    static final Set<String> ANTHROPIC_SAID = Set.of(
            "model",
            "messages",
            "system",
            "max_tokens",
            "stop_sequences",
            "stream",
            "temperature",
            "top_p",
            "top_k",
            "tools",
            "tool_choice",
            "thinking",
            "output_config");
    private static final Set<String> ANTHROPIC_HARMLESS = Set.of("metadata", "service_tier", "cache_control");

    /** Stop sequences that the provider takes; one more is an error of status 400 there. */
    private static final int OPENAI_STOPS = 4;

    private static final int GEMINI_STOPS = 5;

    private Portability() {}

    /** The capabilities that a model must have to serve the request. */
    public static Set<Capability> required(ChatRequest request) {
        if (request.isEmbeddings()) {
            return EmbeddingsDialect.dimensions(request) == null
                    ? EnumSet.of(Capability.EMBEDDINGS)
                    : EnumSet.of(Capability.EMBEDDINGS, Capability.DIMENSIONS);
        }
        Set<String> modalities = new HashSet<>();
        boolean tools = !request.tools().isEmpty() || !foreignTools(request).isEmpty();
        for (ChatMessage message : request.messages()) {
            for (Part part : message.parts()) {
                tools |= part instanceof Part.ToolCall || part instanceof Part.ToolResult;
                addModality(part, modalities);
            }
        }
        if (asksForAudio(request)) {
            modalities.add("audio");
        }
        ResponseFormat format = request.responseFormat();
        ResponseFormat.Kind kind = format == null ? null : format.kind();
        Sampling sampling = request.sampling();
        String effort = sampling.reasoningEffort();
        List<ChatMessage> messages = request.messages();
        return new RequestNeeds(
                        tools,
                        modalities,
                        kind == ResponseFormat.Kind.JSON_OBJECT,
                        kind == ResponseFormat.Kind.JSON_SCHEMA,
                        effort != null && !effort.equals(Sampling.NO_EFFORT),
                        Boolean.TRUE.equals(sampling.logprobs()),
                        sampling.n() != null && sampling.n() > 1,
                        !messages.isEmpty() && messages.get(messages.size() - 1).role() == Role.ASSISTANT)
                .capabilities();
    }

    private static void addModality(Part part, Set<String> modalities) {
        if (part instanceof Part.Image) {
            modalities.add("image");
        } else if (part instanceof Part.Audio) {
            modalities.add("audio");
        } else if (part instanceof Part.Document) {
            modalities.add("document");
        } else if (part instanceof Part.ToolResult result) {
            result.content().forEach(inner -> addModality(inner, modalities));
        }
    }

    private static boolean asksForAudio(ChatRequest request) {
        ObjectNode body = request.body();
        if (request.dialect() != Name.OPENAI || body == null) {
            return false;
        }
        for (JsonNode modality : body.path("modalities")) {
            if (modality.isTextual() && modality.textValue().equals("audio")) {
                return true;
            }
        }
        return false;
    }

    /**
     * What of the request a provider of this dialect cannot be told although it changes the answer: reasons for people,
     * which name fields and never hold text of the request. Empty if everything can be carried over, as always within one
     * dialect.
     */
    public static List<String> notCarried(ChatRequest request, Name target) {
        return notCarried(request, target, "");
    }

    /**
     * The same for one model, which may take less than others of its dialect.
     *
     * @param model as the provider knows it
     */
    public static List<String> notCarried(ChatRequest request, Name target, String model) {
        if (request.dialect() == target) {
            return List.of();
        }
        if (request.isEmbeddings()) {
            return target == Name.OPENAI ? List.of() : List.of("embeddings");
        }
        List<String> reasons = new ArrayList<>(0);
        List<ChatMessage> messages = request.messages();
        for (int i = 0; i < messages.size(); i++) {
            for (Part part : messages.get(i).parts()) {
                CarriedPart.check(part, messages.get(i).role(), "message " + i, request.dialect(), target, reasons);
            }
        }
        if (saysNothing(messages, target)) {
            reasons.add("a conversation without a text of the user or the assistant, which " + target + " demands");
        }
        if (endsInSilence(messages, target)) {
            reasons.add("the last message is nothing but white space, which " + target + " cannot be told");
        }
        sampling(request, target, reasons);
        claude(request.sampling(), target == Name.ANTHROPIC ? ClaudeModel.of(model) : null, reasons);
        format(request, target, reasons);
        strictTools(request, target, reasons);
        fields(request, target, reasons);
        NestedFields.check(request, target, reasons);
        for (String tool : foreignTools(request)) {
            reasons.add(tool + " is of a type that " + target + " does not have");
        }
        return reasons;
    }

    /**
     * What of the request only a provider that speaks Responses itself can do: what needs its state, or tools that it runs.
     *
     * @return as the error of a caller who cannot have it: 400, with the field's name; null if there is nothing
     */
    public static @Nullable ChatError onlyInResponses(ChatRequest request) {
        ObjectNode body = request.body();
        return request.dialect() == Name.RESPONSES && body != null ? ResponsesNative.first(body) : null;
    }

    /** Whether nothing is left of the messages beside the system's once what the dialect does not say is left out. */
    private static boolean saysNothing(List<ChatMessage> messages, Name target) {
        return (target == Name.ANTHROPIC || target == Name.GEMINI)
                && !messages.isEmpty()
                && messages.stream()
                        .filter(message -> message.role() != Role.SYSTEM)
                        .flatMap(message -> message.parts().stream())
                        .allMatch(part -> isSilent(part, target));
    }

    /**
     * Whether leaving out what the dialect does not say would leave the assistant the last word, which the user has: a model would go on with
     * its last answer.
     */
    private static boolean endsInSilence(List<ChatMessage> messages, Name target) {
        if (target != Name.ANTHROPIC && target != Name.GEMINI) {
            return false;
        }
        List<ChatMessage> named = Speakers.named(messages);
        boolean silent = false;
        for (int i = named.size() - 1; i >= 0; i--) {
            ChatMessage message = named.get(i);
            if (message.role() == Role.SYSTEM) {
                continue;
            }
            if (message.parts().stream().anyMatch(part -> !isSilent(part, target))) {
                return silent && message.role() == Role.ASSISTANT;
            }
            silent |= message.role() != Role.ASSISTANT;
        }
        return false;
    }

    private static boolean isSilent(Part part, Name target) {
        String text = part instanceof Part.Text said
                ? said.text()
                : part instanceof Part.Refusal refusal ? refusal.text() : part instanceof Part.Reasoning ? "" : "-";
        return target == Name.ANTHROPIC ? text.isBlank() : text.isEmpty();
    }

    /** @param claude null where it is another model, or not known which one. A top_p of 1 and a temperature of 1 are not sent */
    private static void claude(Sampling sampling, @Nullable ClaudeModel claude, List<String> reasons) {
        boolean temperature = sampling.temperature() != null && sampling.temperature() != 1;
        boolean topP = sampling.topP() != null && sampling.topP() != 1;
        boolean topK = sampling.topK() != null && sampling.topK() > 0;
        if (claude != null && claude.takesNoSampling() && (temperature || topP || topK)) {
            reasons.add((temperature ? "temperature" : topP ? "top_p" : "top_k")
                    + " is set, which this model of Claude does not take");
        } else if (claude != null && claude.takesOneOfTemperatureAndTopP() && temperature && topP) {
            reasons.add("temperature and top_p are both set, of which this model of Claude takes one");
        }
    }

    private static void sampling(ChatRequest request, Name target, List<String> reasons) {
        Sampling sampling = request.sampling();
        if (target == Name.ANTHROPIC && sampling.stop().stream().anyMatch(String::isBlank)) {
            reasons.add("a stop sequence is nothing but white space, which ANTHROPIC does not take");
        }
        Double temperature = sampling.temperature();
        if (target == Name.ANTHROPIC && temperature != null && (temperature > 1 || temperature < 0)) {
            reasons.add("temperature is outside of 0 to 1, which ANTHROPIC allows");
        }
        if (target == Name.ANTHROPIC || target == Name.RESPONSES) {
            if (sampling.n() != null && sampling.n() > 1) {
                reasons.add("n is " + sampling.n() + "; " + target + " gives one answer");
            }
            if (isNotZero(sampling.presencePenalty())) {
                reasons.add("presence_penalty has no counterpart in " + target);
            }
            if (isNotZero(sampling.frequencyPenalty())) {
                reasons.add("frequency_penalty has no counterpart in " + target);
            }
        }
        if (target == Name.RESPONSES) {
            responsesSampling(sampling, reasons);
        }
        int stops = target == Name.OPENAI ? OPENAI_STOPS : target == Name.GEMINI ? GEMINI_STOPS : Integer.MAX_VALUE;
        if (sampling.stop().size() > stops) {
            reasons.add(sampling.stop().size() + " stop sequences are more than the " + stops + " that " + target
                    + " allows");
        }
        if (target != Name.OPENAI && target != Name.RESPONSES && Boolean.TRUE.equals(sampling.logprobs())) {
            reasons.add("logprobs are not translated to " + target);
        }
        boolean openAis = target == Name.OPENAI || target == Name.RESPONSES;
        if (openAis && sampling.topK() != null && sampling.topK() > 0) {
            reasons.add("top_k has no counterpart in " + target);
        }
        if (target == Name.GEMINI
                && Boolean.FALSE.equals(request.parallelToolCalls())
                && !request.tools().isEmpty()) {
            reasons.add(
                    OldFunctions.are(request)
                            ? "functions take one call at a time, which GEMINI cannot be told"
                            : "parallel tool calls cannot be switched off in GEMINI");
        }
    }

    private static void responsesSampling(Sampling sampling, List<String> reasons) {
        if (!sampling.stop().isEmpty()) {
            reasons.add("stop sequences have no counterpart in RESPONSES");
        }
        Integer limit = sampling.maxOutputTokens();
        if (limit != null && limit < ResponsesRequestWriter.LEAST_OUTPUT) {
            reasons.add("a limit of " + limit + " output tokens is less than the " + ResponsesRequestWriter.LEAST_OUTPUT
                    + " that RESPONSES allow");
        }
    }

    private static boolean isNotZero(@Nullable Double value) {
        return value != null && value != 0;
    }

    private static void format(ChatRequest request, Name target, List<String> reasons) {
        ResponseFormat format = request.responseFormat();
        if (format == null) {
            return;
        }
        if (target == Name.ANTHROPIC && format.kind() == ResponseFormat.Kind.JSON_OBJECT) {
            reasons.add("response_format json_object has no counterpart in ANTHROPIC; give a JSON schema");
        }
        boolean demanded = target == Name.ANTHROPIC
                || target == Name.RESPONSES
                || (target == Name.GEMINI && format.description() != null);
        if (demanded && format.kind() == ResponseFormat.Kind.JSON_SCHEMA && format.schema() == null) {
            reasons.add("response_format json_schema has no schema");
        }
        if (format.kind() == ResponseFormat.Kind.JSON_SCHEMA && format.schema() != null) {
            boolean strict = Boolean.TRUE.equals(format.strict());
            schema(request, format.schema(), strict, "the schema of the answer has ", target, reasons);
        }
    }

    /** Tools whose arguments shall be kept to their schema in any case. */
    private static void strictTools(ChatRequest request, Name target, List<String> reasons) {
        for (int i = 0; i < request.tools().size(); i++) {
            Tool tool = request.tools().get(i);
            if (Boolean.TRUE.equals(tool.strict()) && tool.schema() != null) {
                schema(request, tool.schema(), true, "tool " + i + " is strict and its schema has ", target, reasons);
            }
        }
    }

    /** A schema that one provider makes sure of may be an error at another one. OpenAI's own two dialects have one set of rules. */
    private static void schema(
            ChatRequest request, JsonNode schema, boolean strict, String where, Name target, List<String> reasons) {
        String fault = target == Name.ANTHROPIC
                ? EnforcedSchema.anthropicFault(schema, strict)
                : request.dialect() == Name.ANTHROPIC && (target == Name.OPENAI || target == Name.RESPONSES)
                        ? EnforcedSchema.openAiFault(schema)
                        : null;
        if (fault != null) {
            reasons.add(where + fault + ", which " + target + " does not take");
        }
    }

    private static void fields(ChatRequest request, Name target, List<String> reasons) {
        ObjectNode body = request.body();
        if (body == null) {
            return;
        }
        if (request.dialect() == Name.RESPONSES) {
            ChatError only = ResponsesNative.first(body);
            if (only != null) {
                reasons.add("'" + only.param() + "'");
            }
            if (target != Name.OPENAI) {
                reasons.addAll(ResponsesFields.notCarried(body, target));
            }
            return;
        }
        boolean openAi = request.dialect() == Name.OPENAI;
        Set<String> said = openAi ? OPENAI_SAID : ANTHROPIC_SAID;
        Set<String> harmless = openAi ? OPENAI_HARMLESS : ANTHROPIC_HARMLESS;
        Iterator<Map.Entry<String, JsonNode>> fields = body.fields();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            JsonNode value = field.getValue();
            boolean says = !value.isNull() && !(value.isContainerNode() && value.isEmpty());
            if (says
                    && !said.contains(field.getKey())
                    && !harmless.contains(field.getKey())
                    && !(field.getKey().equals("modalities") && !asksForAudio(request))
                    && !(field.getKey().equals("verbosity")
                            && (target == Name.RESPONSES || "medium".equals(value.textValue())))) {
                reasons.add("field '" + Scrubbed.name(field.getKey()) + "' has no counterpart in " + target);
            }
        }
        unread(request, body, target, reasons);
    }

    /** Values that were left in the body because the neutral request has no word for them. */
    private static void unread(ChatRequest request, ObjectNode body, Name target, List<String> reasons) {
        if (request.toolChoice() == null && Json.present(body, "tool_choice") != null) {
            reasons.add("this form of tool_choice has no counterpart in " + target);
        }
        if (request.responseFormat() == null && Json.present(body, "response_format") != null) {
            reasons.add("this type of response_format has no counterpart in " + target);
        }
        if (request.dialect() == Name.ANTHROPIC) {
            Iterator<String> names = body.path("output_config").fieldNames();
            while (names.hasNext()) {
                String name = names.next();
                if (!name.equals("effort") && !(name.equals("format") && request.responseFormat() != null)) {
                    reasons.add("output_config." + Scrubbed.name(name) + " has no counterpart in " + target);
                }
            }
        }
    }

    /** Tools that the provider runs or that take no JSON: they stay in the body of their own dialect. */
    private static List<String> foreignTools(ChatRequest request) {
        ObjectNode body = request.body();
        if (body == null || !body.path("tools").isArray()) {
            return List.of();
        }
        List<String> foreign = new ArrayList<>(0);
        JsonNode tools = body.get("tools");
        for (int i = 0; i < tools.size(); i++) {
            String type = Json.textOr(tools.get(i), "type", "custom");
            boolean known = type.equals(request.dialect() == Name.ANTHROPIC ? "custom" : "function");
            if (!known) {
                foreign.add("tools[" + i + "]");
            }
        }
        return foreign;
    }
}
