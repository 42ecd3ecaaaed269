package dev.llmrouter.simulator;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.Part;
import dev.llmrouter.chat.StreamEvent;
import dev.llmrouter.chat.Usage;
import java.util.ArrayList;
import java.util.List;

/**
 * What a simulated model answers.
 *
 * @param task the kind of work it took the request for: a task name of the example policy
 * @param fingerprint hexadecimal hash of seed, model and input, for ids
 * @param right whether the answer is meant to be right
 */
public record SimulatedAnswer(
        String model, List<ChatReply.Choice> choices, Usage usage, String task, String fingerprint, boolean right) {
    public SimulatedAnswer {
        choices = List.copyOf(choices);
    }

    /** The whole answer at once. @param created seconds since 1970 */
    public ChatReply toReply(String id, long created) {
        return new ChatReply(id, model, created, choices, usage, null, null);
    }

    /**
     * A step of the stream.
     *
     * @param tokens output tokens that it costs (reasoning counts at the start)
     */
    record Step(StreamEvent event, int tokens) {}

    /** The answer token by token; several choices take turns. */
    List<Step> steps(String id, long created) {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step(new StreamEvent.Start(id, model, created, null), (int) usage.reasoningTokens()));
        List<List<Step>> tracks = choices.stream().map(SimulatedAnswer::track).toList();
        int longest = tracks.stream().mapToInt(List::size).max().orElse(0);
        for (int i = 0; i < longest; i++) {
            for (List<Step> track : tracks) {
                if (i < track.size()) {
                    steps.add(track.get(i));
                }
            }
        }
        steps.add(new Step(new StreamEvent.UsageUpdate(usage), 0));
        steps.add(new Step(new StreamEvent.End(), 0));
        return steps;
    }

    private static List<Step> track(ChatReply.Choice choice) {
        List<Step> steps = new ArrayList<>();
        int calls = 0;
        for (Part part : choice.parts()) {
            if (part instanceof Part.Text text) {
                int number = 0;
                for (String piece : TokenEstimate.pieces(text.text())) {
                    steps.add(new Step(
                            new StreamEvent.TextDelta(
                                    choice.index(), piece, Logprobs.ofToken(choice.logprobs(), number++)),
                            1));
                }
            } else if (part instanceof Part.ToolCall call) {
                steps.add(new Step(
                        new StreamEvent.ToolCallStart(choice.index(), calls, call.id(), call.name()),
                        TokenEstimate.count(call.name())));
                for (String piece : TokenEstimate.pieces(call.arguments())) {
                    steps.add(new Step(new StreamEvent.ToolCallDelta(choice.index(), calls, piece), 1));
                }
                calls++;
            }
        }
        steps.add(new Step(new StreamEvent.Finish(choice.index(), choice.finishReason(), choice.stopSequence()), 0));
        return steps;
    }

    /** Output tokens of a choice, as they are counted and streamed. */
    static int tokens(ChatReply.Choice choice) {
        return track(choice).stream().mapToInt(Step::tokens).sum();
    }

    /** Usage when only {@code sent} output tokens (reasoning included) went out. */
    Usage usageAfter(int sent) {
        return usage.withOutput(Math.min(sent, usage.outputTokens()), Math.min(sent, usage.reasoningTokens()), false);
    }
}
