package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Errors as callers of OpenAI's and Anthropic's dialects know them. */
final class CallerErrors {
    private CallerErrors() {}

    static ObjectNode openAi(ChatError error) {
        ObjectNode body = Json.object();
        ObjectNode inner = body.putObject("error");
        inner.put("message", error.message());
        inner.put("type", openAiType(error.kind()));
        inner.put("param", error.param());
        String code = openAiCode(error.kind());
        inner.put("code", code == null ? error.code() : code);
        return body;
    }

    private static String openAiType(ChatError.Kind kind) {
        return switch (kind) {
            case INVALID_REQUEST, CONTEXT_LENGTH, CONTENT_FILTER, TOO_LARGE, NOT_FOUND, AUTHENTICATION, PERMISSION ->
                "invalid_request_error";
            case QUOTA -> "insufficient_quota";
            case RATE_LIMIT -> "rate_limit_error";
            case TIMEOUT -> "timeout_error";
            case OVERLOADED -> "service_unavailable_error";
            case SERVER -> "server_error";
        };
    }

    /** @return null where the error's own code says more */
    private static @Nullable String openAiCode(ChatError.Kind kind) {
        return switch (kind) {
            case CONTEXT_LENGTH -> "context_length_exceeded";
            case CONTENT_FILTER -> "content_filter";
            case AUTHENTICATION -> "invalid_api_key";
            case QUOTA -> "insufficient_quota";
            case RATE_LIMIT -> "rate_limit_exceeded";
            case OVERLOADED -> "server_is_overloaded";
            case INVALID_REQUEST, TOO_LARGE, NOT_FOUND, PERMISSION, TIMEOUT, SERVER -> null;
        };
    }

    static int openAiStatus(ChatError error) {
        return switch (error.kind()) {
            case OVERLOADED -> 503;
            case QUOTA -> 429;
            default -> error.status();
        };
    }

    /** @param requestId empty inside of a stream, where the header has told it already */
    static ObjectNode anthropic(ChatError error, String requestId) {
        ObjectNode body = Json.object();
        body.put("type", "error");
        String where = error.param() == null || error.message().contains(error.param()) ? "" : error.param() + ": ";
        body.putObject("error").put("type", anthropicType(error)).put("message", where + error.message());
        if (!requestId.isEmpty()) {
            body.put("request_id", requestId);
        }
        return body;
    }

    private static String anthropicType(ChatError error) {
        return switch (error.kind()) {
            case INVALID_REQUEST, CONTEXT_LENGTH, CONTENT_FILTER -> "invalid_request_error";
            case TOO_LARGE -> "request_too_large";
            case NOT_FOUND -> "not_found_error";
            case AUTHENTICATION -> "authentication_error";
            case PERMISSION -> "permission_error";
            case QUOTA -> "billing_error";
            case RATE_LIMIT -> "rate_limit_error";
            case TIMEOUT -> "timeout_error";
            case OVERLOADED -> "overloaded_error";
            case SERVER -> "api_error";
        };
    }

    static int anthropicStatus(ChatError error) {
        return switch (error.kind()) {
            case OVERLOADED -> 529;
            case QUOTA -> 402;
            default -> error.status();
        };
    }
}
