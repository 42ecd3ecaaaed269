package dev.llmrouter.evaluate;

import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Part;
import dev.llmrouter.chat.Role;
import dev.llmrouter.chat.Tool;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells requests that ask the same, and turns of one conversation, apart from others without keeping what they ask. Each hash is 128 bits of a
 * SHA-256 of all that was said, message by message, as hexadecimal digits: of the first {@value #MOST} characters as {@link Scorers} normalises
 * them, so that case and white space make no difference, and of images, sound and documents that were asked about.
 *
 * @param hash of the request
 * @param answered of the request with the answer that its caller got: with it a later turn begins; null if there was none
 * @param earlier the {@code answered} of the turns before it, where its caller sends them as they were. Examples that a prompt shows as turns are
 *     among them, and were never answered so
 */
public record InputHash(String hash, @Nullable String answered, Set<String> earlier) {
    private static final String AND = ".";
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final int BYTES = 16;

    /** Characters up to which texts are normalised: longer ones are repeated as they are, if at all, and this is on the path of requests. */
    private static final int MOST = 50_000;

    public InputHash {
        earlier = Set.copyOf(earlier);
    }

    /** What a request asks. @param reply what its caller got; null if that was no answer */
    public static InputHash of(ChatRequest request, @Nullable ChatReply reply) {
        Chain chain = new Chain(request);
        Set<String> earlier = new HashSet<>();
        for (ChatMessage message : request.messages()) {
            chain.add(message);
            if (message.role() == Role.ASSISTANT) {
                earlier.add(chain.hash());
            }
        }
        String hash = chain.hash();
        if (reply == null || reply.choices().isEmpty()) {
            return new InputHash(hash, null, earlier);
        }
        chain.add(new ChatMessage(Role.ASSISTANT, reply.choices().get(0).parts(), null));
        return new InputHash(hash, chain.hash(), earlier);
    }

    /** Hashes of what would have been asked before each message of the assistant, as {@link #hash} of such a request. */
    public static Set<String> beginnings(ChatRequest request) {
        Chain chain = new Chain(request);
        Set<String> beginnings = new HashSet<>();
        for (ChatMessage message : request.messages()) {
            if (message.role() == Role.ASSISTANT) {
                beginnings.add(chain.hash());
            }
            chain.add(message);
        }
        return beginnings;
    }

    /** As the ledger keeps it: the hash of the request, and after a point that with its answer. */
    public String kept() {
        return answered == null ? hash : hash + AND + answered;
    }

    /** The hash of the request. @param kept as {@link #kept} says it */
    public static String request(String kept) {
        int end = kept.indexOf(AND);
        return end < 0 ? kept : kept.substring(0, end);
    }

    /** Both hashes. @param kept as {@link #kept} says it */
    public static List<String> both(String kept) {
        return List.of(kept.split(Pattern.quote(AND), -1));
    }

    /** Whether it, or a turn before it, is one of these. @param hashes of requests, and of those with their answers */
    public boolean isAmong(Set<String> hashes) {
        return hashes.contains(hash) || continues(hashes);
    }

    /** Whether a turn before it is one of these. @param hashes as in {@link #isAmong} */
    public boolean continues(Set<String> hashes) {
        return earlier.stream().anyMatch(hashes::contains);
    }

    /** What was said so far, each message with all before it. */
    private static final class Chain {
        private final MessageDigest digest = sha256();
        private final byte[] tools;
        private byte[] all = new byte[0];
        private long chars;

        Chain(ChatRequest request) {
            for (Tool tool : request.tools()) {
                InputHash.add(digest, Conversation.offered(tool));
            }
            tools = digest.digest();
        }

        void add(ChatMessage message) {
            digest.update(all);
            InputHash.add(digest, message.role().name());
            if (message.role() == Role.ASSISTANT) {
                InputHash.add(digest, answer(message));
            } else {
                InputHash.add(digest, normalised(Conversation.said(message)));
                message.parts().forEach(part -> InputHash.add(digest, part));
            }
            all = digest.digest();
        }

        String hash() {
            digest.update(all);
            return HexFormat.of().formatHex(digest.digest(tools), 0, BYTES);
        }

        private String normalised(String text) {
            chars += text.length();
            return chars > MOST ? text : Scorers.normalise(text);
        }

        /** However its caller sends it back: in one block of text or several, its arguments spaced otherwise, and without thoughts. */
        private String answer(ChatMessage message) {
            StringBuilder text = new StringBuilder();
            for (Part part : message.parts()) {
                if (part instanceof Part.Text said) {
                    text.append(said.text());
                }
            }
            return normalised(SPACE.matcher(text).replaceAll("")) + '\n' + CalledTools.text(message.parts());
        }
    }

    /** What the text of a conversation does not show. */
    private static void add(MessageDigest digest, Part part) {
        if (part instanceof Part.Image image) {
            add(digest, image.url());
            add(digest, image.base64());
        } else if (part instanceof Part.Audio audio) {
            add(digest, audio.url());
            add(digest, audio.base64());
        } else if (part instanceof Part.Document document) {
            add(digest, document.url());
            add(digest, document.fileId());
            add(digest, document.base64());
        } else if (part instanceof Part.Opaque opaque) {
            add(digest, opaque.json().toString());
        } else if (part instanceof Part.ToolResult result) {
            result.content().forEach(each -> add(digest, each));
        }
    }

    private static void add(MessageDigest digest, @Nullable String text) {
        if (text != null) {
            digest.update(text.getBytes(StandardCharsets.UTF_8));
        }
        digest.update((byte) 0);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256, which every one must have", e);
        }
    }
}
