package dev.llmrouter.policy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The keys that callers of the gateway present. Holds hashes only.
 *
 * <p>A lookup compares with every key of the policy, in full, whether one fits or not, so that its time says nothing about
 * the keys. Immutable and safe for use by many threads.
 */
public final class AccessKeys {
    /** 256 random bits: nothing to be gained from a slow hash. */
    private static final int KEY_BYTES = 32;

    private static final String PREFIX = "llmr-";
    /** Longest key that is looked at; a longer one fits nothing. */
    private static final int MAX_KEY_CHARACTERS = 1_000;

    private final List<Entry> entries;

    private record Entry(byte[] sha256, AccessKey key) {}

    private AccessKeys(List<Entry> entries) {
        this.entries = entries;
    }

    public static AccessKeys of(List<AccessKey> keys) {
        return new AccessKeys(keys.stream()
                .map(key -> new Entry(HexFormat.of().parseHex(key.sha256()), key))
                .toList());
    }

    /** Whether the policy has no key, so that callers need none. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** The entry of a key as the caller presented it; empty if none fits. */
    public Optional<AccessKey> find(String presented) {
        boolean tooLong = presented.length() > MAX_KEY_CHARACTERS;
        byte[] hash = sha256(tooLong ? "" : presented);
        AccessKey found = null;
        for (Entry entry : entries) {
            // no early end
            if (MessageDigest.isEqual(entry.sha256(), hash)) {
                found = entry.key();
            }
        }
        return tooLong || presented.isEmpty() ? Optional.empty() : Optional.ofNullable(found);
    }

    /**
     * A new key.
     *
     * @param key what the caller is given, once; it is not stored
     * @param yaml the line for {@code keys} of the policy
     */
    public record Generated(String key, String yaml) {
        @Override
        public String toString() {
            return "Generated[" + yaml + "]";
        }
    }

    /**
     * Makes a key of 256 random bits.
     *
     * @param name who will call with it; must be a valid name of a policy
     */
    public static Generated generate(String name, SecureRandom random) {
        if (!PolicyNames.isValid(name)) {
            throw new IllegalArgumentException(
                    "this name is not allowed: use up to 100 letters, digits and . _ - : / @ +, a letter or a digit first");
        }
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        String key = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return new Generated(
                key, "- { name: \"" + name + "\", sha256: \"" + HexFormat.of().formatHex(sha256(key)) + "\" }");
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
