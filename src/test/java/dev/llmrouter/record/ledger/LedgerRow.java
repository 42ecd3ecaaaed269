package dev.llmrouter.record.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Makes rows of the ledger for tests: one request of 50 tokens in and 50 out that went well, but for what is said. */
public final class LedgerRow {
    private final String id;
    private final long time;
    private @Nullable String caller;
    private @Nullable String task = "sum";
    private @Nullable String tier = "economy";
    private @Nullable String model = "small";
    private @Nullable String provider = "local";
    private long input = 50;
    private long cached;
    private long output = 50;
    private @Nullable Long cost = 100L;
    private @Nullable Long baselineCost = 100L;
    private @Nullable String classifierModel;
    private @Nullable Long classifierCost;
    private String reasons = "[]";
    private String attempts = "[]";
    private String policy = "abc";
    private @Nullable String verify;
    private boolean isSimulated;
    private boolean isShadow;
    private long durationMillis = 1;
    private @Nullable String responseModel;
    private String outcome = "ok";

    private LedgerRow(String id, long time) {
        this.id = id;
        this.time = time;
    }

    public static LedgerRow of(String id, Instant time) {
        return at(id, time.toEpochMilli());
    }

    /** @param time in ms since 1970-01-01T00:00Z */
    public static LedgerRow at(String id, long time) {
        return new LedgerRow(id, time);
    }

    public LedgerRow caller(@Nullable String name) {
        caller = name;
        return this;
    }

    /** @param name null for one that was not recognised */
    public LedgerRow task(@Nullable String name) {
        task = name;
        return this;
    }

    public LedgerRow to(@Nullable String chosenTier, @Nullable String answeringModel) {
        tier = chosenTier;
        model = answeringModel;
        return this;
    }

    public LedgerRow provider(@Nullable String name) {
        provider = name;
        return this;
    }

    public LedgerRow tokens(long in, long out) {
        input = in;
        output = out;
        return this;
    }

    public LedgerRow cached(long tokens) {
        cached = tokens;
        return this;
    }

    /** In 1e-12 USD; null for unknown. */
    public LedgerRow cost(@Nullable Long pico, @Nullable Long atTheBaseline) {
        cost = pico;
        baselineCost = atTheBaseline;
        return this;
    }

    /** In 1e-12 USD. @param asked null if none was asked */
    public LedgerRow classifier(@Nullable String asked, @Nullable Long pico) {
        classifierModel = asked;
        classifierCost = pico;
        return this;
    }

    /** @param json a list */
    public LedgerRow reasons(String json) {
        reasons = json;
        return this;
    }

    /** @param json a list */
    public LedgerRow attempts(String json) {
        attempts = json;
        return this;
    }

    public LedgerRow policy(String hash) {
        policy = hash;
        return this;
    }

    /** @param state null if the output was not checked */
    public LedgerRow verify(@Nullable String state) {
        verify = state;
        return this;
    }

    public LedgerRow simulated(boolean is) {
        isSimulated = is;
        return this;
    }

    public LedgerRow shadow(boolean is) {
        isShadow = is;
        return this;
    }

    public LedgerRow took(long millis) {
        durationMillis = millis;
        return this;
    }

    /** @param name as the provider calls its model in the answer */
    public LedgerRow answeredAs(String name) {
        responseModel = name;
        return this;
    }

    /** @param key as it stands in records: {@code failed} */
    public LedgerRow outcome(String key) {
        outcome = key;
        return this;
    }

    public RequestEntry row() {
        return new RequestEntry(
                id,
                time,
                caller,
                "openai",
                task,
                task == null ? null : "rule",
                task == null ? null : 1.0,
                null,
                tier,
                model,
                provider,
                input,
                cached,
                0L,
                output,
                0L,
                false,
                cost,
                baselineCost,
                classifierModel,
                null,
                null,
                classifierCost,
                reasons,
                attempts,
                policy,
                null,
                null,
                verify,
                outcome,
                null,
                false,
                isSimulated,
                isShadow,
                1,
                null,
                durationMillis,
                responseModel);
    }
}
