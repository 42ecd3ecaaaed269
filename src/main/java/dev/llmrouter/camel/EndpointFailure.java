package dev.llmrouter.camel;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import org.apache.camel.ExchangeTimedOutException;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.ResolveEndpointFailedException;
import org.jspecify.annotations.Nullable;

/** How far a request had come when the endpoint that carried it failed, as its exception and the causes of that tell. */
enum EndpointFailure {
    /** No connection within the endpoint's own time: nothing was sent. */
    NOT_CONNECTED_IN_TIME,
    /** No connection: nothing was sent. */
    NOT_CONNECTED,
    /** Sent, and not answered within the endpoint's own time. */
    LATE,
    /** Anything else: it may have been sent, and answered. */
    BROKEN;

    /** Causes that are looked at: a chain of causes can be a ring. */
    private static final int DEPTH = 20;

    static EndpointFailure of(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < DEPTH && cause != null; i++) {
            EndpointFailure known = known(cause);
            if (known != null) {
                return known;
            }
            cause = cause.getCause();
        }
        return BROKEN;
    }

    private static @Nullable EndpointFailure known(Throwable cause) {
        // of Apache's client, which is not on every class path, and there a kind of SocketTimeoutException
        if (cause instanceof HttpConnectTimeoutException
                || cause.getClass().getSimpleName().equals("ConnectTimeoutException")) {
            return NOT_CONNECTED_IN_TIME;
        }
        if (cause instanceof ConnectException
                || cause instanceof UnknownHostException
                || cause instanceof NoRouteToHostException
                || cause instanceof UnresolvedAddressException
                || cause instanceof ResolveEndpointFailedException
                || cause instanceof NoSuchEndpointException) {
            return NOT_CONNECTED;
        }
        return cause instanceof SocketTimeoutException
                        || cause instanceof HttpTimeoutException
                        || cause instanceof ExchangeTimedOutException
                ? LATE
                : null;
    }
}
