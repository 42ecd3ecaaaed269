package dev.llmrouter.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.policy.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A provider's interface for many requests at once, at a lower price and with a day to answer them. Calls block, for minutes
 * where files are sent: for threads that may. Nothing is tried twice. Safe for use by many threads.
 */
public interface BatchApi {
    /** Most requests of a batch. */
    int maxLines();

    /** Most bytes of the file of a batch. */
    long maxBytes();

    /** Whether {@link #find} is sure: the provider keeps our key with the batch. */
    boolean keepsKey();

    /**
     * A request as it stands in the file of a batch, with the end of its line.
     *
     * @param customId our name for it: letters, digits, hyphens and underscores, at most 64
     * @param isFirst whether it is the first of the file
     */
    byte[] line(String customId, ChatRequest request, Model model, boolean isFirst) throws JsonProcessingException;

    /** Sends the file, where that is a step of its own, which costs nothing. @return the provider's name for it; null where it is none */
    @Nullable
    String upload(Path file, String key) throws BatchException;

    /** Orders the batch; from here on it is paid for. @return its id */
    String submit(Path file, @Nullable String uploaded, String key) throws BatchException;

    /**
     * Looks for a batch that was ordered, and whose id nobody wrote down.
     *
     * @param lines requests that it has
     * @param since when it was ordered at the earliest
     * @param others ids of batches that are known to be others
     * @return its id; null if there is none
     */
    @Nullable
    String find(String key, int lines, Instant since, Set<String> others) throws BatchException;

    /** How far it is. */
    BatchStatus status(String id) throws BatchException;

    /** Ends it early: what is answered stays. */
    void cancel(String id) throws BatchException;

    /** Fetches the answers, a line each, in no order. @param to is overwritten */
    void fetch(BatchStatus ended, Path to) throws BatchException, IOException;

    /** Reads a line of the answers; null if it is none. */
    @Nullable
    BatchItem item(byte[] line);
}
