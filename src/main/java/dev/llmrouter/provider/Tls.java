package dev.llmrouter.provider;

import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TCPSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How connections over TLS are made, or taken.
 *
 * @param keys the certificate that is shown, with its key; null for none
 * @param trust whose certificates are trusted; null for what the JVM trusts ({@code javax.net.ssl.trustStore}, else its own list)
 * @param protocols versions of TLS, as the JVM names them; empty for Vert.x's (1.2 and 1.3)
 * @param ciphers suites, as the JVM names them; empty for the JVM's
 * @param clients whether a server asks its clients for a certificate
 */
public record Tls(
        @Nullable KeyCertOptions keys,
        @Nullable TrustOptions trust,
        Set<String> protocols,
        List<String> ciphers,
        ClientAuth clients) {

    public Tls {
        protocols = Set.copyOf(protocols);
        ciphers = List.copyOf(ciphers);
    }

    /** What the JVM has: no certificate to show, and its own list of who is trusted. */
    public static Tls ofJvm() {
        return new Tls(null, null, Set.of(), List.of(), ClientAuth.NONE);
    }

    /** Names of hosts are compared with the certificate's, always. */
    void applyTo(HttpClientOptions options) {
        apply(options);
        options.setVerifyHost(true);
    }

    /** From now on, the server speaks TLS alone. */
    public void applyTo(HttpServerOptions options) {
        apply(options);
        options.setSsl(true).setClientAuth(clients);
    }

    private void apply(TCPSSLOptions options) {
        if (keys != null) {
            options.setKeyCertOptions(keys);
        }
        if (trust != null) {
            options.setTrustOptions(trust);
        }
        if (!protocols.isEmpty()) {
            options.setEnabledSecureTransportProtocols(new LinkedHashSet<>(protocols));
        }
        ciphers.forEach(options::addEnabledCipherSuite);
    }
}
