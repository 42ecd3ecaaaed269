package dev.llmrouter.evaluate;

import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Part;
import dev.llmrouter.chat.Role;
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
 * SHA-256 of all that was said, message by message, as hexadecimal digits: of texts up to {@value #MOST} characters as {@link Scorers} normalises
 * them, so that case and white space make no difference, and of images, sound and documents that were asked about.
 *
 * @param hash of the request
 * @param answered of the request with the answer that its caller got: with it a later turn begins; null if there was none
 * @param earlier the {@code answered} of the turns before it, where its caller sends them as they were. Examples that a prompt shows as turns are
 *     among them, and were never answered so
 */
public record InputHash(String hash, @Nullable String answered, Set<String> earlier) {
    private static final String AND = ".";
    private static final int BYTES = 16;

    /** Characters up to which texts are normalised: a longer one is repeated as it is, if at all, and this is on the path of requests. */
    private static final int MOST = 50_000;

    public InputHash {
        earlier = Set.copyOf(earlier);
    }

    /** What a request asks. @param reply what its caller got; null if that was no answer */
    public static InputHash of(ChatRequest request, @Nullable ChatReply reply) {
        MessageDigest digest = sha256();
        byte[] tools = tools(digest, request);
        Set<String> earlier = new HashSet<>();
        byte[] all = new byte[0];
        for (ChatMessage message : request.messages()) {
            all = add(digest, all, message);
            if (message.role() == Role.ASSISTANT) {
                earlier.add(hash(digest, all, tools));
            }
        }
        String answered = reply == null || reply.choices().isEmpty()
                ? null
                : hash(
                        digest,
                        add(
                                digest,
                                all,
                                new ChatMessage(
                                        Role.ASSISTANT, reply.choices().get(0).parts(), null)),
                        tools);
        return new InputHash(hash(digest, all, tools), answered, earlier);
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

    private static byte[] add(MessageDigest digest, byte[] all, ChatMessage message) {
        digest.update(all);
        add(digest, message.role().name());
        String text = Conversation.said(message);
        add(digest, text.length() > MOST ? text : Scorers.normalise(text));
        if (message.role() != Role.ASSISTANT) {
            message.parts()
                    .forEach(part -> add(digest, part)); // of an answer, thoughts and the like are not sent again
        }
        return digest.digest();
    }

    private static String hash(MessageDigest digest, byte[] messages, byte[] tools) {
        digest.update(messages);
        return HexFormat.of().formatHex(digest.digest(tools), 0, BYTES);
    }

    private static byte[] tools(MessageDigest digest, ChatRequest request) {
        request.tools().forEach(tool -> add(digest, Conversation.offered(tool)));
        return digest.digest();
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
