package dev.llmrouter.camel.gateway;

import dev.llmrouter.camel.gateway.RefusalMeter.Reason;
import dev.llmrouter.chat.CallerDialect;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Dialects;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Locale;
import java.util.Set;

/** Tells callers why their request does not reach a route, in their dialect, and ends connections that nobody reads on. */
final class Refusals {
    /** When to try again where there is no room: requests end all the time. In seconds. */
    /** Codings of a body that nobody takes off here. */
    private static final Set<String> CODINGS =
            Set.of("gzip", "x-gzip", "deflate", "compress", "x-compress", "br", "zstd");

    private static final String RETRY_AFTER = "1";

    /** How long a caller may go on sending what nobody reads any more, so that he reads why. In ms. */
    private static final long LINGER_MILLIS = 1_000;

    private static final String IDENTITY = "identity";
    private static final String NO_ROOM = "The bodies of the requests under way have all the room that there is"
            + " (camel.component.llm-gateway.max-bodies-bytes).";

    private static final String ANTHROPIC_PATH = "/v1/messages";

    private final Vertx vertx;
    private final Dialects dialects;
    private final RefusalMeter meter;

    Refusals(Vertx vertx, Dialects dialects, RefusalMeter meter) {
        this.vertx = vertx;
        this.dialects = dialects;
        this.meter = meter;
    }

    static String shown(HttpServerRequest request) {
        String path = request.path() == null ? "" : request.path();
        return path.length() > 100 ? path.substring(0, 100) + "..." : path;
    }

    static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Its body is not read to its end. */
    void refuse(HttpServerRequest request, BodyReader.Fault fault, BodyReader.Limits limits) {
        switch (fault) {
            case TOO_LARGE ->
                refuse(
                        request,
                        Reason.TOO_LARGE,
                        ChatError.of(
                                ChatError.Kind.TOO_LARGE,
                                413,
                                "The body has more than the " + limits.maxBytes() + " bytes that it may have here."
                                        + limits.advice()));
            case NO_ROOM -> overloaded(request, NO_ROOM);
            case TOO_SLOW ->
                refuse(
                        request,
                        Reason.TOO_SLOW,
                        ChatError.of(
                                ChatError.Kind.TIMEOUT,
                                408,
                                "The body did not come within " + limits.millis() / 1_000 + " s."));
        }
    }

    /**
     * A body is there, and there is no room for what is read of it.
     *
     * @param room bytes that it takes among those under way
     * @param together bytes that all of them may take
     */
    void tooManyValues(HttpServerRequest request, long room, long together) {
        if (room <= together) {
            overloaded(request, NO_ROOM);
            return;
        }
        refuse(
                request,
                Reason.TOO_LARGE,
                ChatError.of(
                        ChatError.Kind.TOO_LARGE,
                        413,
                        "The body's JSON has so many values that reading it takes the room of " + room
                                + " bytes, of " + together
                                + " that all bodies have here. Send fewer values, or raise"
                                + " camel.component.llm-gateway.max-bodies-bytes."));
    }

    /** There is no room for it now. @param why a sentence */
    void overloaded(HttpServerRequest request, String why) {
        request.response().putHeader("Retry-After", RETRY_AFTER);
        refuse(
                request,
                Reason.OVERLOADED,
                ChatError.of(ChatError.Kind.OVERLOADED, 503, why + " Try again after Retry-After."));
    }

    /** A body that nobody has read is in the way of the next request on the connection: it ends with the answer. */
    void refuse(HttpServerRequest request, Reason reason, ChatError error) {
        meter.count(reason);
        end(request, error, hasUnreadBody(request));
    }

    /** Refuses a body that is compressed or encoded otherwise: nothing here unpacks it. @return whether it is */
    boolean isEncoded(HttpServerRequest request) {
        String coding = request.getHeader("Content-Encoding");
        if (coding == null || !CODINGS.contains(coding.strip().toLowerCase(Locale.ROOT))) {
            return false; // others, as the "utf-8" of some clients, change nothing
        }
        request.response().putHeader("Accept-Encoding", IDENTITY);
        String message = "Content-Encoding '" + coding.strip() + "' is not supported; send the body as it is.";
        refuse(request, Reason.ENCODING, ChatError.of(ChatError.Kind.INVALID_REQUEST, 415, message));
        return true;
    }

    /** An answer without a body that refuses nothing. */
    void noContent(HttpServerRequest request) {
        end(request, 204, Buffer.buffer(), hasUnreadBody(request));
    }

    private static boolean hasUnreadBody(HttpServerRequest request) {
        boolean bodyless = declaredLength(request) == 0 && request.getHeader("Transfer-Encoding") == null;
        return !bodyless && !request.isEnded();
    }

    /** This instance stops: the next request goes to another one. */
    void stopping(HttpServerRequest request) {
        meter.count(Reason.STOPPING);
        request.response().putHeader("Retry-After", RETRY_AFTER);
        end(request, ChatError.of(ChatError.Kind.OVERLOADED, 503, "This instance is stopping: send it again."), true);
    }

    private void end(HttpServerRequest request, ChatError error, boolean close) {
        String path = request.path() == null ? "" : request.path();
        boolean anthropic = path.equals(ANTHROPIC_PATH) || path.startsWith(ANTHROPIC_PATH + "/");
        CallerDialect dialect = dialects.caller(anthropic ? Dialect.Name.ANTHROPIC : Dialect.Name.OPENAI);
        HttpServerResponse response = request.response();
        response.putHeader("Content-Type", "application/json");
        if (error.status() == 401) {
            // a browser asks its reader for a key on the pages that are for people, and there alone
            response.putHeader(
                    "WWW-Authenticate",
                    BasicKey.isTakenAt(request.path())
                            ? "Basic realm=\"camel-llm-router\", charset=\"UTF-8\""
                            : "Bearer");
        }
        end(request, error.status(), Buffer.buffer(dialect.writeError(error, "")), close);
    }

    private void end(HttpServerRequest request, int status, Buffer body, boolean close) {
        HttpServerResponse response = request.response().setStatusCode(status);
        // in HTTP/2 a stream ends alone, and the header is forbidden
        if (!close || request.version() == HttpVersion.HTTP_2) {
            response.end(body);
            return;
        }
        response.putHeader("Connection", "close");
        HttpConnection connection = request.connection();
        if (request.isEnded()) {
            response.end(body).onComplete(done -> connection.close());
            return;
        }
        // what comes yet is read and dropped for a while: closing on unread bytes would take the answer away
        request.handler(chunk -> {});
        request.endHandler(nothing -> connection.close());
        response.end(body);
        vertx.setTimer(LINGER_MILLIS, due -> connection.close());
    }

    void invalid(HttpServerRequest request) {
        meter.count(Reason.MALFORMED);
        HttpServerResponse response = request.response();
        if (request.version() != HttpVersion.HTTP_2) {
            response.putHeader("Connection", "close");
        }
        response.setStatusCode(400)
                .putHeader("Content-Type", "application/json")
                .end("{\"error\":{\"message\":\"This is not a valid HTTP request.\","
                        + "\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}");
        if (request.version() != HttpVersion.HTTP_2) {
            request.connection().close();
        }
    }
}
