package dev.llmrouter.policy.convert;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a target of Portkey's gateway has of those above it, where it says nothing itself. Source: Portkey-AI/gateway,
 * {@code handlers/handlerUtils.ts}, as of 2026-10; of whom to call, the host and the model alone are handed down.
 *
 * @param model setting of the model; null for none, as with the others
 * @param customHost setting of the base URL
 * @param timeoutMillis of one call
 * @param retries from 0 to 20
 */
record PortkeyInherited(
        @Nullable ForeignNode model,
        @Nullable ForeignNode customHost,
        @Nullable Long timeoutMillis,
        @Nullable Integer retries) {
    /** What the first content of a stream has where a policy says nothing. */
    private static final long USUAL_FIRST_TOKEN_MILLIS = 15_000;

    static final PortkeyInherited NOTHING = new PortkeyInherited(null, null, null, null);

    /** What those inside of a target have; what it says itself stands above these. */
    PortkeyInherited inside(PolicyDraft draft, ForeignNode target) {
        ForeignNode override = target.get("override_params", "overrideParams");
        ForeignNode named = override == null ? null : override.get("model");
        ForeignNode host = target.get("custom_host", "customHost");
        Long timeout = DraftTimeouts.millis(draft, target, "request_timeout", 0);
        timeout = timeout == null ? DraftTimeouts.millis(draft, target, "requestTimeout", 0) : timeout;
        Integer own = retries(draft, target);
        return new PortkeyInherited(
                named == null || named.text() == null ? model : named,
                host == null || host.text() == null ? customHost : host,
                timeout == null ? timeoutMillis : timeout,
                own == null ? retries : own);
    }

    /** The limits of one call. It ends with the status line: a stream may then wait as long as it does without a limit. */
    DraftTimeouts timeouts() {
        boolean isLong = timeoutMillis != null && timeoutMillis > USUAL_FIRST_TOKEN_MILLIS;
        return new DraftTimeouts(timeoutMillis, isLong ? timeoutMillis : null);
    }

    private static @Nullable Integer retries(PolicyDraft draft, ForeignNode target) {
        ForeignNode retry = target.get("retry");
        if (retry == null) {
            return null;
        }
        BigDecimal attempts = retry.number("attempts");
        ForeignNode setting = retry.get("attempts");
        if (attempts == null && setting != null) {
            draft.remark(setting, "is no number: not taken over; write maxAttempts by hand");
        }
        if (retry.get("on_status_codes", "onStatusCodes") != null) {
            draft.remark(retry, "which failures are tried again is built in: docs/failover.md");
            retry.settle();
        }
        return attempts == null
                ? null
                : attempts.max(BigDecimal.ZERO)
                        .min(BigDecimal.valueOf(LiteLlmTiers.MAX_ATTEMPTS))
                        .intValue();
    }
}
