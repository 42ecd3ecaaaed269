package dev.llmrouter.policy;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a usable output looks like; every part that is given must hold.
 *
 * @param oneOf the output, trimmed and without regard to case, is one of these; empty for any
 * @param regex RE2 expression that is found in the output; null for none
 * @param json whether the output has to be JSON (a fenced code block around it is taken off)
 * @param jsonSchema JSON schema that the output, read as JSON, has to fit; null for none
 * @param minLength characters at least
 * @param maxLength characters at most; null for no limit
 * @param noRefusal whether an answer that declines the work is not usable
 * @param crossCheck checks that ask somebody; null for none
 * @param onFailure what happens to an output that is not usable
 */
public record Verify(
        List<String> oneOf,
        @Nullable String regex,
        boolean json,
        @Nullable Map<String, Object> jsonSchema,
        int minLength,
        @Nullable Integer maxLength,
        boolean noRefusal,
        @Nullable CrossCheck crossCheck,
        OnFailure onFailure) {

    public Verify {
        oneOf = List.copyOf(oneOf);
    }

    /** Whether it looks at more than the length of an output. */
    public boolean distinguishes() {
        return !oneOf.isEmpty() || regex != null || json;
    }

    /** What happens to an output that is not usable. */
    public enum OnFailure {
        /** The baseline tier is asked as well, and its answer returned. */
        ESCALATE,
        /** The caller gets an error. */
        FAIL,
        /** The caller gets it all the same; the record says so. */
        RECORD
    }
}
