package dev.llmrouter.classify.llm;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers of the classifying model, so that the same text is not asked about twice. Holds hashes and task names, never a
 * text: at most {@value #MOST} of them, each for an hour. Safe for use by many threads.
 */
public final class TaskMemory {
    static final int MOST = 10_000;
    static final Duration KEPT = Duration.ofHours(1);

    private final Cache<String, TaskAnswer> answers;

    /** @param nanoTime a clock that only goes forward, in ns */
    public TaskMemory(LongSupplier nanoTime) {
        Ticker ticker = nanoTime::getAsLong;
        answers = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(KEPT)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /**
     * Stands for a text under a policy: SHA-256 of both and of what the model is told, white space and Unicode forms made
     * even.
     *
     * @param policy hash of the policy
     */
    public static String key(String policy, TaskPrompt prompt, String excerpt) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : new String[] {policy, prompt.instructions(), normal(excerpt)}) {
                digest.update(part.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0xFF);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String normal(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC)
                .replaceAll("\\s+", " ")
                .strip();
    }

    /** What was said of it; null if nothing is remembered. */
    public @Nullable TaskAnswer get(String key) {
        return answers.getIfPresent(key);
    }

    public void put(String key, TaskAnswer answer) {
        answers.put(key, answer);
    }
}
