package dev.llmrouter.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.FinishReason;
import dev.llmrouter.chat.Part;
import dev.llmrouter.chat.ResponseFormat;
import dev.llmrouter.chat.Sampling;
import dev.llmrouter.chat.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes plausible answers that follow from the request, the model's name and the seed alone: the same question to the
 * same model has the same answer, right or wrong, so that experiments can be repeated.
 *
 * <p>A category is picked from those that the prompt names, fields are extracted as JSON (by the given schema, if there
 * is one), a summary is the leading sentences, other texts are made of the prompt's words. What is right follows from the
 * input alone, so models that are right agree. How often a model is right is the setting {@code quality} of the task;
 * wrong is another category or one that was not offered, an answer without its first field, or "I do not know."
 *
 * <p>Texts begin with "[simulated MODEL]", but for those of a strict shape (categories, JSON, "answer with one word"),
 * which a marker would break: there the answer's id and the server's headers name the simulator.
 *
 * <p>The router's own question for the task of a request is answered by the kinds' descriptions, see {@link Sorting}.
 *
 * <p>Tokens are counted by a measure of its own, near four characters of English each; images, sounds and documents
 * count 765. Immutable and safe for use by many threads.
 */
public final class SimulatedModel {
    private static final int MOST_CHOICES = 128;
    private final String name;
    private final Behaviour behaviour;

    /** @param name as answers give it */
    public SimulatedModel(String name, Behaviour behaviour) {
        this.name = name;
        this.behaviour = behaviour;
    }

    /** Input tokens of a request by the simulator's measure. */
    public static int inputTokens(ChatRequest request) {
        return TokenEstimate.input(request);
    }

    /**
     * Answers a request.
     *
     * @param task the name of its task, which decides the quality; null to go by the request: its metadata {@code task},
     *     its model {@code task:NAME}, or what the prompt asks for
     */
    public SimulatedAnswer answer(ChatRequest request, @Nullable String task) {
        PromptParts prompt = PromptParts.of(request);
        String hint = task == null ? hint(request) : task;
        Work hinted = hint == null ? null : Work.ofTask(hint);
        Work work = hinted == null ? prompt.work() : hinted;
        boolean right = isRight(prompt, work, hint);
        List<ChatReply.Choice> choices = new ArrayList<>();
        int wanted = request.sampling().n() == null ? 1 : request.sampling().n();
        for (int i = 0; i < Math.max(1, Math.min(MOST_CHOICES, wanted)); i++) {
            choices.add(choice(request, prompt, work, right, i));
        }
        long hash = Chance.hash(behaviour.settings().seed(), name, prompt.all());
        String fingerprint = String.format(Locale.ROOT, "%016x", hash);
        return new SimulatedAnswer(name, choices, usage(request, choices), work.task(), fingerprint, right);
    }

    private static @Nullable String hint(ChatRequest request) {
        String given = request.metadata().get("task");
        return given == null && request.model().startsWith("task:")
                ? request.model().substring(5)
                : given;
    }

    private boolean isRight(PromptParts prompt, Work work, @Nullable String hint) {
        Map<String, Double> quality = behaviour.settings().quality();
        if (quality.isEmpty()) {
            return true;
        }
        Double share = hint == null ? null : quality.get(hint);
        share = share == null ? quality.get(work.task()) : share;
        share = share == null ? quality.getOrDefault("*", 1.0) : share;
        return Chance.share(Chance.hash(behaviour.settings().seed(), name, work.task(), prompt.all())) < share;
    }

    private ChatReply.Choice choice(ChatRequest request, PromptParts prompt, Work work, boolean right, int index) {
        List<Part.ToolCall> calls = ToolCalls.of(request, prompt, index);
        if (!calls.isEmpty()) {
            return Limit.of(request.sampling(), behaviour.maxOutput()).calls(index, calls);
        }
        Sampling sampling = request.sampling();
        String text = behaviour.text() == null ? text(request, prompt, work, right, index) : behaviour.text();
        ChatReply.Choice choice = Limit.of(sampling, behaviour.maxOutput()).text(index, text);
        if (!Boolean.TRUE.equals(sampling.logprobs())) {
            return choice;
        }
        int top = sampling.topLogprobs() == null ? 0 : sampling.topLogprobs();
        JsonNode logprobs = Logprobs.of(((Part.Text) choice.parts().get(0)).text(), top);
        return new ChatReply.Choice(index, choice.parts(), choice.finishReason(), choice.stopSequence(), logprobs);
    }

    private String text(ChatRequest request, PromptParts prompt, Work work, boolean right, int index) {
        ResponseFormat format = request.responseFormat();
        if (TaskSorter.isAsked(request)) {
            return new TaskSorter(request).answer(behaviour.sorting());
        }
        boolean json = format != null && format.kind() != ResponseFormat.Kind.TEXT;
        if (json || (work == Work.EXTRACTION && ExtractedFields.wantsJson(prompt))) {
            return ExtractedFields.json(prompt, format == null ? null : format.schema(), right);
        }
        long truth = Chance.hash(0, prompt.all());
        if (work == Work.CLASSIFICATION && prompt.toolResult().isEmpty()) {
            return category(prompt, right, truth);
        }
        String text = free(prompt, work, right, truth, index);
        Integer length = behaviour.outputTokens();
        String marked = prompt.wantsStrictShape() ? text : "[simulated " + name + "] " + text;
        return length == null ? marked : Prose.ofLength(prompt, truth, length, marked);
    }

    private String category(PromptParts prompt, boolean right, long truth) {
        List<String> named = Categories.in(prompt.user());
        named = named.isEmpty() ? Categories.in(prompt.system()) : named;
        List<String> categories = named.isEmpty() ? List.of("general", "other") : named;
        String category = Categories.mostLikely(categories, prompt.user(), truth);
        if (right) {
            return category;
        }
        // half of the wrong answers can be seen by their category alone, the others only by who knows the right one
        long error = Chance.hash(behaviour.settings().seed(), name, prompt.all(), "wrong");
        if (Chance.share(error) < 0.5) {
            return "undecided";
        }
        int other = 1 + (int) Math.floorMod(error, (long) categories.size() - 1);
        return categories.get((categories.indexOf(category) + other) % categories.size());
    }

    private String free(PromptParts prompt, Work work, boolean right, long truth, int index) {
        if (!right) {
            return Prose.WRONG;
        }
        if (!prompt.toolResult().isEmpty()) {
            return "The tool answered: " + TokenEstimate.first(prompt.toolResult(), 200);
        }
        return switch (work) {
            case SUMMARY -> Prose.summary(prompt);
            case EXTRACTION -> ExtractedFields.lines(prompt);
            case ANALYSIS -> Prose.analysis(prompt, truth, index);
            case CLASSIFICATION, GENERATION -> Prose.text(prompt, truth, index);
        };
    }

    private Usage usage(ChatRequest request, List<ChatReply.Choice> choices) {
        long input = TokenEstimate.input(request);
        long visible = choices.stream().mapToLong(SimulatedAnswer::tokens).sum();
        TokenShares shares = behaviour.shares();
        long reasoning = (long) Math.floor(visible * shares.reasoning());
        long cached = (long) Math.floor(input * shares.cached());
        long written = Math.min(input - cached, (long) Math.floor(input * shares.cacheWrite()));
        return new Usage(input, cached, written, visible + reasoning, reasoning, false);
    }

    /** What ends an answer before its own end. */
    private record Limit(List<String> stop, int tokens) {
        static Limit of(Sampling sampling, @Nullable Integer maxOutput) {
            int asked = sampling.maxOutputTokens() == null ? Integer.MAX_VALUE : sampling.maxOutputTokens();
            return new Limit(sampling.stop(), Math.min(asked, maxOutput == null ? Integer.MAX_VALUE : maxOutput));
        }

        ChatReply.Choice text(int index, String text) {
            String met = null;
            int end = text.length();
            for (String one : stop) {
                int at = one.isEmpty() ? -1 : text.indexOf(one);
                if (at >= 0 && at < end) {
                    end = at;
                    met = one;
                }
            }
            String stopped = text.substring(0, end);
            String cut = TokenEstimate.first(stopped, tokens);
            boolean tooLong = cut.length() < stopped.length();
            FinishReason reason =
                    tooLong ? FinishReason.LENGTH : met == null ? FinishReason.STOP : FinishReason.STOP_SEQUENCE;
            return new ChatReply.Choice(index, List.of(new Part.Text(cut)), reason, tooLong ? null : met, null);
        }

        ChatReply.Choice calls(int index, List<Part.ToolCall> calls) {
            List<Part> parts = new ArrayList<>();
            int left = tokens;
            boolean tooLong = false;
            for (Part.ToolCall call : calls) {
                left -= TokenEstimate.count(call.name());
                String arguments = TokenEstimate.first(call.arguments(), Math.max(0, left));
                left -= TokenEstimate.count(arguments);
                parts.add(new Part.ToolCall(call.id(), call.name(), arguments));
                tooLong = arguments.length() < call.arguments().length();
                if (tooLong) {
                    break;
                }
            }
            return new ChatReply.Choice(
                    index, parts, tooLong ? FinishReason.LENGTH : FinishReason.TOOL_CALLS, null, null);
        }
    }
}
