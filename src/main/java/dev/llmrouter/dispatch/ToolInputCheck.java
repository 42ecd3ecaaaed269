package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.CutCall;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.FinishReason;
import dev.llmrouter.chat.Part;
import dev.llmrouter.chat.StreamEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Whether the calls of tools in an answer can be given to callers of Anthropic's messages, whose format has an object for the arguments where
 * OpenAI's has the text that the model wrote. Text that is no JSON object is a malformed answer to them, which is not held against the provider:
 * callers of other formats are given it. The call that an answer was cut in may be unfinished ({@link CutCall}).
 */
public final class ToolInputCheck {
    private ToolInputCheck() {}

    /** What is wrong with the calls of an answer, with what the answer used; null if nothing is, or if its caller reads text. */
    public static @Nullable ProviderException fault(ProviderCall call, ChatReply reply) {
        if (isText(call, reply.dialect()) || reply.choices().isEmpty()) {
            return null;
        }
        ChatReply.Choice choice = reply.choices().get(0);
        List<Part.ToolCall> made = choice.parts().stream()
                .filter(Part.ToolCall.class::isInstance)
                .map(Part.ToolCall.class::cast)
                .toList();
        return CutCall.canBeGiven(call.request(), choice.finishReason(), made)
                ? null
                : fault(call).whileWorking(reply.usage());
    }

    /** The same stream, which fails at its end in place of being complete if anything is wrong with its calls. */
    public static Flow.Publisher<StreamItem> checked(ProviderCall call, ProviderReply.Streaming reply) {
        return isText(call, reply.dialect())
                ? reply.items()
                : subscriber -> reply.items().subscribe(new Checking(call, subscriber));
    }

    /** Whether the arguments reach the caller as they came. */
    private static boolean isText(ProviderCall call, Dialect.@Nullable Name provider) {
        return call.request().dialect() != Dialect.Name.ANTHROPIC || provider == Dialect.Name.ANTHROPIC;
    }

    private static ProviderException fault(ProviderCall call) {
        String message =
                "model '" + call.candidate().model().name() + "' called a tool with arguments that are no JSON object";
        return new ProviderException(
                        ProviderException.Fault.MALFORMED, ChatError.of(ChatError.Kind.SERVER, 502, message), message)
                .ofThisCaller();
    }

    /** Passes everything on but the end, until it is known what was called. */
    private static final class Checking implements Flow.Subscriber<StreamItem> {
        private final ProviderCall call;
        private final Flow.Subscriber<? super StreamItem> subscriber;
        private final List<StringBuilder> inputs = new ArrayList<>(0);
        private final Map<Integer, StringBuilder> inputOfCall = new HashMap<>();
        private @Nullable FinishReason reason;
        private boolean failed;

        Checking(ProviderCall call, Flow.Subscriber<? super StreamItem> subscriber) {
            this.call = call;
            this.subscriber = subscriber;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscriber.onSubscribe(subscription);
        }

        @Override
        public void onNext(StreamItem item) {
            boolean ends = false;
            for (StreamEvent event : item.meaning()) {
                note(event);
                ends |= event instanceof StreamEvent.End;
            }
            if (ends && isBroken()) {
                List<StreamEvent> before = new ArrayList<>(item.meaning());
                before.removeIf(StreamEvent.End.class::isInstance);
                subscriber.onNext(new StreamItem(item.event(), item.data(), before)); // it may say what was used
                fail();
            } else {
                subscriber.onNext(item);
            }
        }

        private void note(StreamEvent event) {
            if (event instanceof StreamEvent.ToolCallStart start && start.choice() == 0) {
                StringBuilder input = new StringBuilder();
                inputs.add(input);
                inputOfCall.put(start.index(), input);
            } else if (event instanceof StreamEvent.ToolCallDelta delta && delta.choice() == 0) {
                StringBuilder input = inputOfCall.get(delta.index());
                if (input != null) {
                    input.append(delta.arguments());
                }
            } else if (event instanceof StreamEvent.Finish finish && finish.choice() == 0) {
                reason = finish.reason();
            }
        }

        private boolean isBroken() {
            List<Part.ToolCall> made = inputs.stream()
                    .map(input -> new Part.ToolCall("", "", input.toString()))
                    .toList();
            return !CutCall.canBeGiven(call.request(), reason, made);
        }

        private void fail() {
            failed = true;
            subscriber.onError(fault(call));
        }

        @Override
        public void onError(Throwable failure) {
            if (!failed) {
                subscriber.onError(failure);
            }
        }

        @Override
        public void onComplete() {
            if (failed) {
                return;
            }
            if (isBroken()) {
                fail();
            } else {
                subscriber.onComplete();
            }
        }
    }
}
