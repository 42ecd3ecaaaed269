package dev.llmrouter.chat;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.policy.Limits;
import java.io.IOException;

/** Reads the body of a caller's request: once, within its limits, and strictly, because what it says is sent on. */
final class JsonBody {
    private JsonBody() {}

    /**
     * @throws BadRequestException 413 if it is longer than {@code limits.bodyBytes()}; 400 if it is no JSON object, is
     *     nested too deep, has a key twice, goes on after its end, or is no Unicode text
     */
    static ObjectNode parse(byte[] body, Limits limits) throws BadRequestException {
        checkSize(body, limits);
        Utf8.check(body);
        for (int i = 0; i < Math.min(4, body.length); i++) {
            if (body[i] == 0) {
                throw Fields.bad(null, "The body begins with a NUL byte; allowed is JSON in UTF-8.");
            }
        }
        JsonNode root;
        try {
            root = Json.requestReader(limits).readValue(body);
        } catch (JsonProcessingException e) {
            throw isBlank(body)
                    ? Fields.bad(null, "The body is empty; expected is a JSON object.")
                    : refusal(e, limits);
        } catch (NumberFormatException e) {
            throw Fields.bad(null, "A number in the body has an exponent that is too large.");
        } catch (IOException | IllegalStateException e) {
            throw Fields.bad(null, "The body cannot be read as JSON.");
        }
        if (!(root instanceof ObjectNode object)) {
            throw Fields.bad(null, "The body is " + Fields.typeOf(root) + "; expected is a JSON object.");
        }
        return object;
    }

    private static boolean isBlank(byte[] body) {
        for (byte each : body) {
            if (each < 0 || each > ' ') {
                return false;
            }
        }
        return true;
    }

    static void checkSize(byte[] body, Limits limits) throws BadRequestException {
        if (body.length > limits.bodyBytes()) {
            throw new BadRequestException(new ChatError(
                    ChatError.Kind.TOO_LARGE,
                    413,
                    "The body has " + body.length + " bytes; allowed are " + limits.bodyBytes() + ". Send less.",
                    "request_too_large",
                    null,
                    null));
        }
    }

    /** Says where and what, in our words: Jackson's may quote the body. */
    private static BadRequestException refusal(JsonProcessingException e, Limits limits) {
        JsonLocation location = e.getLocation();
        String where = location == null || location.getLineNr() < 1
                ? ""
                : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
        if (e instanceof StreamConstraintsException) {
            return Fields.bad(
                    null,
                    "The body is nested deeper than " + limits.depth()
                            + " levels, or a number or name in it is too long" + where + ".");
        }
        if (e instanceof JsonEOFException) {
            return Fields.bad(null, "The body ends in the middle of its JSON" + where + ".");
        }
        if (e instanceof MismatchedInputException) {
            return Fields.bad(
                    null, "The body has a key twice in one object, or goes on after the end of its JSON" + where + ".");
        }
        return Fields.bad(null, "The body is not valid JSON" + where + ".");
    }
}
