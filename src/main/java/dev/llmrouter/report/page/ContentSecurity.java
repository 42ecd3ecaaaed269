package dev.llmrouter.report.page;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** Parts of the header {@code Content-Security-Policy} of pages that load nothing. Source: W3C, Content Security Policy Level 3. */
public final class ContentSecurity {
    private ContentSecurity() {}

    /** What names a style or script that stands in the page. @param text as it stands between its tags */
    public static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
