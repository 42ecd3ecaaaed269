package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.decide.Candidate;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Every call of one request that is over, in the order in which they ended. Not safe for use by many threads. */
final class AttemptLog {
    private static final int LONGEST_NAME = 200; // characters

    /** Line feeds and escapes would write into terminals and messages. */
    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]");

    private final long requestStartNanos;
    private final List<Attempt> attempts = new ArrayList<>(2);

    AttemptLog(long requestStartNanos) {
        this.requestStartNanos = requestStartNanos;
    }

    /** @param firstTokenNanos null for a whole answer @param responseModel null or empty if the provider named none */
    void answered(
            Running call,
            long now,
            @Nullable Long firstTokenNanos,
            @Nullable Usage usage,
            @Nullable String responseModel) {
        add(
                call,
                now,
                AttemptOutcome.OK,
                null,
                firstTokenNanos,
                usage,
                price(call, usage),
                named(responseModel),
                why(call.candidate(), usage));
    }

    /** An answer to a call that was made before, in a batch. */
    void answered(Candidate candidate, long now, @Nullable Usage usage, @Nullable String responseModel) {
        BigDecimal cost = Cost.of(candidate.model().price(), usage);
        add(
                candidate,
                now,
                now,
                AttemptOutcome.OK,
                null,
                null,
                usage,
                cost,
                named(responseModel),
                why(candidate, usage));
    }

    /** A call that was made before, in a batch, has failed. */
    void failed(Candidate candidate, long now, ProviderException failure) {
        add(
                candidate,
                now,
                now,
                AttemptOutcome.of(failure),
                null,
                null,
                failure.usage(),
                costOf(candidate, failure),
                null,
                failure.getMessage());
    }

    /** A stream that ended badly after its first content. */
    void brokeOff(
            Running call,
            long now,
            long firstTokenNanos,
            @Nullable Usage usage,
            @Nullable String responseModel,
            ProviderException failure) {
        AttemptOutcome outcome = AttemptOutcome.of(failure);
        add(
                call,
                now,
                outcome,
                null,
                firstTokenNanos,
                usage,
                price(call, usage),
                named(responseModel),
                failure.getMessage());
    }

    void failed(Running call, long now, ProviderException failure) {
        boolean status = failure.fault() == ProviderException.Fault.STATUS;
        add(
                call,
                now,
                AttemptOutcome.of(failure),
                status ? failure.error().status() : null,
                null,
                failure.usage(),
                costOf(call.candidate(), failure),
                null,
                failure.getMessage());
    }

    /** Something in this process failed. @param what for people */
    void broke(Running call, long now, String what) {
        add(call, now, AttemptOutcome.INTERNAL, null, null, null, null, null, what);
    }

    /** A name is data of the provider's: none of any length is kept. */
    private static @Nullable String named(@Nullable String responseModel) {
        return responseModel == null || responseModel.isBlank()
                ? null
                : CONTROLS.matcher(responseModel.substring(0, Math.min(LONGEST_NAME, responseModel.length())))
                        .replaceAll("?");
    }

    private static @Nullable String why(Candidate candidate, @Nullable Usage usage) {
        return Cost.whyUnknown(candidate.model().price(), usage);
    }

    private static @Nullable BigDecimal price(Running call, @Nullable Usage usage) {
        return Cost.of(call.candidate().model().price(), usage);
    }

    /**
     * What the provider says that it used is paid for. A refusal costs nothing; where an answer may have been in the making,
     * nobody knows.
     */
    private static @Nullable BigDecimal costOf(Candidate candidate, ProviderException failure) {
        if (failure.usage() != null) {
            return Cost.of(candidate.model().price(), failure.usage());
        }
        return switch (failure.fault()) {
            case STATUS ->
                failure.wasWorking() || failure.error().kind() == ChatError.Kind.TIMEOUT ? null : BigDecimal.ZERO;
            case CONNECT, CONNECT_TIMEOUT, REDIRECT, BREAKER_OPEN, UNWRITABLE -> BigDecimal.ZERO;
            case HEADERS_TIMEOUT,
                    FIRST_TOKEN_TIMEOUT,
                    IDLE_TIMEOUT,
                    DEADLINE,
                    RESET,
                    TRUNCATED,
                    MALFORMED,
                    CANCELLED,
                    INTERNAL -> null;
        };
    }

    private void add(
            Running call,
            long now,
            AttemptOutcome outcome,
            @Nullable Integer status,
            @Nullable Long firstTokenNanos,
            @Nullable Usage usage,
            @Nullable BigDecimal cost,
            @Nullable String responseModel,
            @Nullable String message) {
        add(
                call.candidate(),
                call.startNanos(),
                now,
                outcome,
                status,
                firstTokenNanos,
                usage,
                cost,
                responseModel,
                message);
    }

    private void add(
            Candidate candidate,
            long startNanos,
            long now,
            AttemptOutcome outcome,
            @Nullable Integer status,
            @Nullable Long firstTokenNanos,
            @Nullable Usage usage,
            @Nullable BigDecimal cost,
            @Nullable String responseModel,
            @Nullable String message) {
        attempts.add(new Attempt(
                attempts.size() + 1,
                candidate,
                outcome,
                status,
                Duration.ofNanos(startNanos - requestStartNanos).toMillis(),
                Duration.ofNanos(now - startNanos).toMillis(),
                firstTokenNanos == null
                        ? null
                        : Duration.ofNanos(firstTokenNanos).toMillis(),
                usage,
                cost,
                responseModel,
                message));
    }

    List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    /** How often this model was called. */
    int tries(Candidate candidate) {
        return (int) attempts.stream()
                .filter(attempt -> attempt.candidate().model().equals(candidate.model()))
                .count();
    }

    boolean hasRateLimitsOnly() {
        return attempts.stream().allMatch(attempt -> attempt.outcome() == AttemptOutcome.RATE_LIMIT);
    }

    /** For people: who was asked, and what came of it. */
    String summary() {
        StringBuilder summary = new StringBuilder();
        for (Attempt attempt : attempts) {
            Integer status = attempt.status();
            summary.append(summary.length() == 0 ? "Attempts: " : ", ")
                    .append(attempt.candidate().model().name())
                    .append('@')
                    .append(attempt.candidate().provider().name())
                    .append(' ')
                    .append(status == null ? attempt.outcome().key() : status.toString());
        }
        return summary.toString();
    }
}
