package dev.llmrouter.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeoutException;

/** What bytes and exceptions look like where nothing else tells what they are. */
final class Sniffing {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Sniffing() {}

    static boolean looksLikeJson(byte[] bytes) {
        for (byte one : bytes) {
            if (one != ' ' && one != '\t' && one != '\r' && one != '\n') {
                return one == '{';
            }
        }
        return false;
    }

    /** Whether a body that came with a good status says that it is an error. */
    static boolean isErrorObject(byte[] body) {
        try {
            JsonNode root = JSON.readTree(body);
            return root != null
                    && (root.hasNonNull("error")
                            || root.path("type").asText().equals("error")
                            || root.path(0).hasNonNull("error"));
        } catch (IOException e) {
            return false;
        }
    }

    static boolean isTimeout(Throwable cause) {
        return cause instanceof ConnectTimeoutException
                || cause instanceof SocketTimeoutException
                || cause instanceof TimeoutException;
    }

    /** Whether the peer does not speak HTTP properly. */
    static boolean isMalformed(Throwable cause) {
        return cause instanceof DecoderException || cause instanceof IllegalArgumentException;
    }
}
