package dev.llmrouter.fuzz;

import java.util.List;

/**
 * Something that reads what others send.
 *
 * @param name names it in messages
 * @param seeds inputs that it accepts
 * @param reader tries it
 */
public record FuzzTarget(String name, List<byte[]> seeds, Reader reader) {
    /** Gives the input to what is tried. */
    @FunctionalInterface
    public interface Reader {
        /**
         * @return what came of it in a few words; an input for which these are new is kept and changed further
         * @throws Exception if the input made it throw what it does not document
         */
        String read(byte[] input) throws Exception;
    }
}
