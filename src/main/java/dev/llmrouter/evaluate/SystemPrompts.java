package dev.llmrouter.evaluate;

import java.util.Set;
import java.util.TreeSet;

/** The system prompts of a task's inputs, by their hashes. Not safe for use by many threads. */
final class SystemPrompts {
    private static final int MOST = 10_000;

    private final Set<String> hashes = new TreeSet<>();

    /** Notes that of an input. @param system empty if it has none */
    void add(String system) {
        if (!system.isEmpty() && hashes.size() < MOST) {
            hashes.add(Sha256.of(system));
        }
    }

    /** Hash of them all, whatever their order; 12 hexadecimal digits, empty if there are none. */
    String hash() {
        return hashes.isEmpty() ? "" : Sha256.of(String.join("\n", hashes)).substring(0, 12);
    }
}
