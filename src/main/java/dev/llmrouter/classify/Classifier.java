package dev.llmrouter.classify;

import java.util.Optional;

/** A step of the chain. Implementations are safe for use by many threads and never block. */
public interface Classifier {
    /** Empty if this step does not know. @param trace takes what the step has to say, for people */
    Optional<Classification> classify(Input input, Trace trace);

    /** Takes what a step has to say; {@link #NONE} forgets it, and steps may leave out the work for it. */
    interface Trace {
        Trace NONE = new Trace() {
            @Override
            public boolean isWanted() {
                return false;
            }

            @Override
            public void say(String what) {}
        };

        boolean isWanted();

        void say(String what);

        /**
         * A task that the step thinks of, the likeliest first.
         *
         * @param probability 0 to 1
         */
        default void thinks(String task, double probability) {}
    }
}
