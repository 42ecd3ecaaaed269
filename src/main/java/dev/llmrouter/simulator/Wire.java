package dev.llmrouter.simulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.ChatError;
import java.util.ArrayList;
import java.util.List;

/**
 * How a provider's answers look on the wire, written by hand and apart from the dialects of {@code chat}: a fault of theirs
 * must not be made up for by the same fault here.
 */
interface Wire {
    ObjectMapper JSON = new ObjectMapper();

    /** The whole answer. */
    ObjectNode whole(String id, long created, SimulatedAnswer answer);

    /** The answer's server-sent events, one for each token, the frame around them included. */
    List<String> stream(String id, long created, SimulatedAnswer answer, boolean usage);

    /** The body of an error. */
    ObjectNode error(ChatError error);

    /** The text of the first choice in pieces, as tokens. */
    static List<String> pieces(SimulatedAnswer answer) {
        return new ArrayList<>(TokenEstimate.pieces(answer.toReply("", 0).text()));
    }

    static String data(ObjectNode node) {
        return "data: " + node + "\n\n";
    }
}
