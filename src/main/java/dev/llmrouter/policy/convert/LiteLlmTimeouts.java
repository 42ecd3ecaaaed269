package dev.llmrouter.policy.convert;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Times of LiteLLM's proxy, in seconds: each is one of a single call, of a deployment or of all. */
final class LiteLlmTimeouts {
    private static final int SECONDS = 3;

    private LiteLlmTimeouts() {}

    /** Takes over those of a deployment. */
    static void read(PolicyDraft draft, String model, ForeignNode params) {
        draft.timeouts(
                model,
                new DraftTimeouts(
                        whole(draft, List.of(params)), DraftTimeouts.millis(draft, params, "stream_timeout", SECONDS)));
    }

    /** Gives those of all to the models that have none of their own. Once all deployments are read. */
    static void addGeneral(PolicyDraft draft, List<ForeignNode> parts) {
        Long whole = whole(draft, parts);
        Long stream = null;
        for (ForeignNode part : parts) {
            stream = stream == null ? DraftTimeouts.millis(draft, part, "stream_timeout", SECONDS) : stream;
        }
        for (String model : draft.models().keySet()) {
            DraftTimeouts own = draft.timeouts(model);
            Long headers = own.headersMillis() == null ? whole : own.headersMillis();
            Long first = own.firstTokenMillis() == null ? stream : own.firstTokenMillis();
            draft.timeouts(model, new DraftTimeouts(headers, first == null ? headers : first));
        }
    }

    /** The first time of a call that is stated; the others are told of. */
    private static @Nullable Long whole(PolicyDraft draft, List<ForeignNode> parts) {
        Long found = null;
        String above = null;
        for (ForeignNode part : parts) {
            for (String name : List.of("timeout", "request_timeout")) {
                ForeignNode setting = part.get(name);
                if (setting != null && found != null) {
                    draft.remark(setting, "is not taken over: " + Objects.requireNonNull(above) + " stands above it");
                } else if (setting != null) {
                    found = DraftTimeouts.millis(draft, part, name, SECONDS);
                    above = setting.path();
                }
            }
        }
        return found;
    }
}
