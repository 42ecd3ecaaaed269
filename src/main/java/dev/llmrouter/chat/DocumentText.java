package dev.llmrouter.chat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;

/** The text of a document that came as base64, for providers that want characters. */
final class DocumentText {
    /** What stands in a text for bytes that are none. */
    private static final char REPLACEMENT = '\uFFFD';

    private DocumentText() {}

    /** @throws UnwritableRequestException if its bytes are no text in the character set that it states, UTF-8 if none */
    static String decode(MediaType type, String base64) {
        Charset charset = type.characters();
        try {
            if (charset == null) {
                throw new CharacterCodingException();
            }
            byte[] bytes = Base64Text.decode(base64);
            String text = new String(bytes, charset);
            if (text.indexOf(REPLACEMENT) >= 0) {
                charset.newDecoder().decode(ByteBuffer.wrap(bytes)); // was it written, or put in for what is no text?
            }
            return text;
        } catch (CharacterCodingException | IllegalArgumentException e) {
            throw new UnwritableRequestException("A document of type " + type.type() + " is not valid "
                    + (charset == null ? "text" : charset.name())
                    + ". Send it in UTF-8, or state its character set: data:text/plain;charset=NAME;base64,DATA.");
        }
    }
}
