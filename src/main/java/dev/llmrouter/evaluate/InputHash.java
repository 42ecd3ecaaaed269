package dev.llmrouter.evaluate;

import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Part;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Tells requests that ask the same apart from others without keeping what they ask. */
public final class InputHash {
    private static final int BYTES = 16;

    /** Characters up to which texts are normalised: a longer one is repeated as it is, if at all, and this is on the path of requests. */
    private static final int MOST = 50_000;

    private InputHash() {}

    /**
     * 128 bits of a SHA-256 of all that is asked, as hexadecimal digits: of texts up to {@value #MOST} characters as {@link Scorers}
     * normalises them, so that case and white space make no difference, and of images, sound and documents.
     */
    public static String of(ChatRequest request) {
        MessageDigest digest = sha256();
        Conversation asked = Conversation.of(request);
        String text = asked.text();
        add(digest, text.length() > MOST ? text : Scorers.normalise(text));
        if (!asked.unseen().isEmpty()) {
            for (ChatMessage message : request.messages()) {
                message.parts().forEach(part -> add(digest, part));
            }
        }
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
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
