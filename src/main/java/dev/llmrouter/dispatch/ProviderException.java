package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatFailure;
import dev.llmrouter.chat.UnwritableRequestException;
import dev.llmrouter.chat.Usage;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An attempt at a provider failed. The message names provider, model and fault; it holds neither prompt text nor keys.
 */
public class ProviderException extends Exception implements ChatFailure {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ProviderException.class);
    private final Fault fault;
    private final transient ChatError error;
    private final boolean working;
    private final boolean lasting;
    private final boolean ofThisCaller;
    private final transient @Nullable Usage usage;

    /**
     * That a request cannot be written, and logs it where that is not the request's own fault. Nothing of the cause's text is repeated, which may hold the request's, unless it says
     * itself what to tell the caller.
     *
     * @param where names model and provider
     */
    public static ProviderException unwritable(String where, Throwable cause) {
        String message = where + " was not called: the request cannot be written in its format";
        if (!(cause instanceof UnwritableRequestException)) {
            LOG.error("{}: {}", message, kindAndPlace(cause));
        }
        ChatError error = cause instanceof UnwritableRequestException known
                ? known.error()
                : new ChatError(
                        ChatError.Kind.SERVER,
                        500,
                        message + ". This is a fault of the gateway: its log says which.",
                        null,
                        null,
                        null,
                        false);
        return new ProviderException(Fault.UNWRITABLE, error, message, cause);
    }

    /** Its text may hold a request's, and is left out. */
    private static String kindAndPlace(Throwable cause) {
        StackTraceElement[] trace = cause.getStackTrace();
        return cause.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
    }

    /** @param error what the provider said, or what we make of the fault, for the caller */
    public ProviderException(Fault fault, ChatError error, String message) {
        super(message);
        this.fault = fault;
        this.error = error;
        this.working = false;
        this.lasting = false;
        this.ofThisCaller = false;
        this.usage = null;
    }

    public ProviderException(Fault fault, ChatError error, String message, Throwable cause) {
        super(message, cause);
        this.fault = fault;
        this.error = error;
        this.working = false;
        this.lasting = false;
        this.ofThisCaller = false;
        this.usage = null;
    }

    private ProviderException(
            ProviderException same, boolean working, boolean lasting, boolean ofThisCaller, @Nullable Usage usage) {
        super(same.getMessage(), same.getCause());
        this.fault = same.fault;
        this.error = same.error;
        this.working = working;
        this.lasting = lasting;
        this.ofThisCaller = ofThisCaller;
        this.usage = usage;
    }

    /**
     * The same failure, of a provider that had begun to answer: it may bill what it made.
     *
     * @param used what it says that it used in all; null if it does not say
     */
    public ProviderException whileWorking(@Nullable Usage used) {
        return new ProviderException(this, true, lasting, ofThisCaller, used);
    }

    /** The same failure, of something that stays until a person changes it: a proxy's password, a certificate. */
    public ProviderException untilChanged() {
        return new ProviderException(this, working, true, ofThisCaller, usage);
    }

    /**
     * The same failure, of an answer that callers of another format, or a process with more memory, could have been given: the provider has done
     * what it was asked for, and nothing is held against it.
     */
    public ProviderException ofThisCaller() {
        return new ProviderException(this, working, lasting, true, usage);
    }

    /** Whether others could have been given what came: it says nothing of the provider's health. */
    public boolean isOfThisCaller() {
        return ofThisCaller;
    }

    /** Whether asking again fails in the same way until a person changes something: nobody is asked a second time for one request. */
    public boolean isLasting() {
        return lasting;
    }

    /** Whether the provider had begun to answer. */
    public boolean wasWorking() {
        return working;
    }

    /** What the provider says that it used in all; null if it does not say. */
    public @Nullable Usage usage() {
        return usage;
    }

    public Fault fault() {
        return fault;
    }

    @Override
    public ChatError error() {
        return error;
    }

    /** How the attempt failed. */
    public enum Fault {
        /** The provider answered with an error; {@link ProviderException#error()} says which. */
        STATUS,
        /**
         * The request cannot be written for this provider: nothing was sent, and the provider is not to blame. It is no attempt;
         * {@link ProviderException#error()} says what to tell the caller if nobody else can be asked.
         */
        UNWRITABLE,
        /** Refused, unreachable, unknown host, TLS. Nothing was sent. */
        CONNECT,
        CONNECT_TIMEOUT,
        /** No status line in time. The provider may have worked, and billed. */
        HEADERS_TIMEOUT,
        FIRST_TOKEN_TIMEOUT,
        IDLE_TIMEOUT,
        /** The request's deadline passed. */
        DEADLINE,
        /** The connection broke before the answer was whole. */
        RESET,
        /** A stream ended without saying that it is complete. */
        TRUNCATED,
        /** The answer is not of the provider's dialect. */
        MALFORMED,
        /** A 3xx: never followed. */
        REDIRECT,
        /** The caller went away. */
        CANCELLED,
        /** The provider's circuit breaker is open: nothing was sent. */
        BREAKER_OPEN,
        /** Something in this process failed while the answer was read. */
        INTERNAL;

        /** As it stands in records and meters. */
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
