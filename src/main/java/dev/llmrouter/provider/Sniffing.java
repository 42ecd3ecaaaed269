package dev.llmrouter.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.proxy.ProxyConnectException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What bytes and exceptions look like where nothing else tells what they are. */
final class Sniffing {
    /** What a proxy says that wants another user or password. Of a provider itself RFC 9110 knows no such answer. */
    static final int PROXY_STATUS = 407;

    /** The same, as the end of a sentence whose subject is the provider. */
    static final String PROXY_REFUSES = "cannot be reached: the proxy did not connect to it (status " + PROXY_STATUS
            + "), for it wants another user or password";

    private static final ObjectMapper JSON = new ObjectMapper();
    /** Netty tells the status of a proxy's answer in its message alone. */
    private static final Pattern STATUS = Pattern.compile("status: ([0-9]{3})");
    /**
     * By which a peer says that it takes no request over this TLS connection: in TLS 1.3 after the handshake, when the request may be on its
     * way already. Source: RFC 8446, section 6.2, and RFC 5246, section 7.2.2.
     */
    private static final Pattern ALERT = Pattern.compile(
            "Received fatal alert: (handshake_failure|no_certificate|bad_certificate|unsupported_certificate|certificate_revoked"
                    + "|certificate_expired|certificate_unknown|certificate_required|unknown_ca|access_denied|protocol_version"
                    + "|insufficient_security|unrecognized_name)");

    /** Chains of causes may have a ring. */
    private static final int CAUSES = 20;

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
        return cause instanceof DecoderException && !isTls(cause) || cause instanceof IllegalArgumentException;
    }

    /** Whether it is TLS that failed, and not what was sent by it. */
    /** Whether this process has run out of memory, of the heap or of buffers. */
    static boolean isOutOfMemory(Throwable cause) {
        return find(cause, OutOfMemoryError.class) != null;
    }

    static boolean isTls(Throwable cause) {
        return find(cause, SSLException.class) != null;
    }

    /** Whether no connection comes about until a person changes something. */
    static boolean isLasting(Throwable cause) {
        return find(cause, CertificateException.class) != null
                || alert(cause) != null
                || proxyStatus(cause) == PROXY_STATUS;
    }

    /** The alert by which a peer refused the TLS connection itself, so that it worked on nothing; null for none. */
    static @Nullable String alert(Throwable cause) {
        Throwable at = cause;
        for (int depth = 0; at != null && depth < CAUSES; depth++) {
            // one may be wrapped in another
            Matcher alert = ALERT.matcher(at instanceof SSLException ? String.valueOf(at.getMessage()) : "");
            if (alert.find()) {
                return alert.group(1);
            }
            at = at.getCause();
        }
        return null;
    }

    /** What the proxy answered to {@code CONNECT}; 0 where it is not known, or no proxy refused. */
    private static int proxyStatus(Throwable cause) {
        ProxyConnectException refused = find(cause, ProxyConnectException.class);
        Matcher status = STATUS.matcher(refused == null ? "" : String.valueOf(refused.getMessage()));
        return status.find() ? Integer.parseInt(status.group(1)) : 0;
    }

    /** Why no connection came about, as the end of a sentence whose subject is the provider. */
    static String unreachable(Throwable cause) {
        if (find(cause, ProxyConnectException.class) != null) {
            int status = proxyStatus(cause);
            return status == PROXY_STATUS
                    ? PROXY_REFUSES
                    : "cannot be reached: the proxy did not connect to it"
                            + (status == 0 ? "" : " (status " + status + ")");
        }
        if (find(cause, UnknownHostException.class) != null) {
            return "cannot be reached: the name of its host is not known";
        }
        if (!isTls(cause)) {
            return "cannot be reached";
        }
        if (find(cause, CertificateExpiredException.class) != null) {
            return "cannot be reached: its certificate has expired";
        }
        if (find(cause, CertPathBuilderException.class) != null
                || find(cause, CertPathValidatorException.class) != null) {
            return "cannot be reached: its certificate is not trusted (whom to trust is in the trust store: camel.ssl.trust-store"
                    + " of the gateway, JAVA_OPTS=-Djavax.net.ssl.trustStore=... of a command)";
        }
        if (find(cause, CertificateException.class) != null) {
            return "cannot be reached: its certificate is not one of its host";
        }
        String alert = alert(cause);
        return alert == null
                ? "cannot be reached: no TLS connection came about"
                : "cannot be reached: it refused the TLS connection (" + alert
                        + "); look at the client certificate that it wants, and at its versions of TLS";
    }

    private static <T extends Throwable> @Nullable T find(Throwable cause, Class<T> type) {
        Throwable at = cause;
        for (int depth = 0; at != null && depth < CAUSES; depth++) {
            if (type.isInstance(at)) {
                return type.cast(at);
            }
            at = at.getCause();
        }
        return null;
    }
}
