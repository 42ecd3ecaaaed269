package dev.llmrouter.evaluate;

import dev.llmrouter.classify.Input;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells examples that are turns of one conversation: one asks what the other has before an answer, in whatever order they come. They are no
 * independent examples: who has lost its thread loses all of them. Not safe for use by many threads.
 */
final class ConversationTurns {
    private final Set<String> asked = new HashSet<>();
    private final Set<String> begun = new HashSet<>(); // what others have before an answer

    /** Notes an example. @return whether it is a turn of a conversation that another is of */
    boolean isOfAnother(Example example) {
        Input input = example.request().input(example.system());
        if (input == null) {
            return false;
        }
        String whole = InputHash.of(input.request(), null).hash();
        Set<String> beginnings = InputHash.beginnings(input.request());
        boolean isTurn = begun.contains(whole) || beginnings.stream().anyMatch(asked::contains);
        asked.add(whole);
        begun.addAll(beginnings);
        return isTurn;
    }
}
