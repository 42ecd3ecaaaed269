package dev.llmrouter.evaluate;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** SHA-256 of texts. */
final class Sha256 {
    private Sha256() {}

    /** 64 hexadecimal digits over the text in UTF-8. */
    static String of(String text) {
        return HexFormat.of().formatHex(DataSetReader.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
