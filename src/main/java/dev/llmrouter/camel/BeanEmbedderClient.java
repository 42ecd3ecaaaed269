package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.Embeddings;
import dev.llmrouter.chat.Part;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.classify.TextEmbedder;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderReply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a user's {@link TextEmbedder}, which may block, on threads of its own. Safe for use by many threads. */
final class BeanEmbedderClient implements ProviderClient {
    private static final Logger LOG = LoggerFactory.getLogger(BeanEmbedderClient.class);

    private final TextEmbedder embedder;
    private final Executor threads;

    /** @param threads refuse what they cannot take at once */
    BeanEmbedderClient(TextEmbedder embedder, Executor threads) {
        this.embedder = embedder;
        this.threads = threads;
    }

    @Override
    public void call(ProviderCall call, Callback callback) {
        try {
            threads.execute(() -> run(call, callback));
        } catch (RejectedExecutionException e) {
            callback.failed(failure(
                    ProviderException.Fault.STATUS,
                    ChatError.of(ChatError.Kind.OVERLOADED, 503, "The embedder is busy."),
                    "the embedder is busy"));
        }
    }

    private void run(ProviderCall call, Callback callback) {
        ProviderReply reply;
        try {
            if (call.cancellation().isCancelled()) {
                throw new InterruptedException("nobody waits any more");
            }
            List<String> texts = new ArrayList<>();
            for (ChatMessage message : call.request().messages()) {
                for (Part part : message.parts()) {
                    texts.add(((Part.Text) part).text());
                }
            }
            Embeddings vectors = new Embeddings(embedder.embed(texts));
            reply = new ProviderReply.Whole(new ChatReply(
                    "", call.candidate().model().name(), 0, List.of(), Usage.of(0, 0), null, null, vectors));
        } catch (Exception e) {
            LOG.debug("The embedder failed", e);
            callback.failed(failure(
                    ProviderException.Fault.STATUS,
                    ChatError.of(ChatError.Kind.SERVER, 500, "The embedder failed."),
                    "the embedder failed with " + e.getClass().getSimpleName()));
            return;
        }
        callback.replied(reply);
    }

    private static ProviderException failure(ProviderException.Fault fault, ChatError error, String what) {
        return new ProviderException(fault, error, what);
    }
}
