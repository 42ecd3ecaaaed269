package dev.llmrouter.camel;

import dev.llmrouter.provider.Tls;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509KeyManager;
import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.AliasedX509ExtendedKeyManager;
import org.apache.camel.support.jsse.ClientAuthentication;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.SSLContextServerParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.jspecify.annotations.Nullable;

/** Reads Camel's {@link SSLContextParameters}, which its other components are set up with. */
public final class TlsParameters {
    private TlsParameters() {}

    /**
     * What the parameters say.
     *
     * @param component that they were given to
     * @throws TlsParametersException if a store is not there, cannot be opened or has no key; the message says so, and no password
     */
    public static Tls of(SSLContextParameters parameters, CamelContext camel, String component) {
        try {
            // as Camel makes them: with its choice of versions and suites
            SSLEngine engine = parameters.createSSLContext(camel).createSSLEngine();
            return new Tls(
                    keys(parameters, camel),
                    trust(parameters.getTrustManagers(), camel),
                    Set.of(engine.getEnabledProtocols()),
                    List.of(engine.getEnabledCipherSuites()),
                    clients(parameters.getServerParameters(), camel));
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new TlsParametersException(
                    "The SSLContextParameters of " + component + " cannot be used: " + e.getMessage()
                            + ". Check path, type and password of its key store and trust store (camel.ssl.* for those of the whole"
                            + " context).",
                    e);
        }
    }

    private static @Nullable KeyCertOptions keys(SSLContextParameters parameters, CamelContext camel)
            throws IOException, GeneralSecurityException {
        KeyManagersParameters managers = parameters.getKeyManagers();
        if (managers == null || managers.getKeyStore() == null) {
            return null;
        }
        managers.setCamelContext(camel);
        managers.getKeyStore().setCamelContext(camel);
        if (managers.getKeyStore().createKeyStore().size() == 0) {
            return null; // camel.ssl.* make an empty one where none is named
        }
        X509KeyManager keys = Arrays.stream(managers.createKeyManagers())
                .filter(X509KeyManager.class::isInstance)
                .map(X509KeyManager.class::cast)
                .findFirst()
                .orElse(null);
        if (keys == null) {
            return null;
        }
        String alias = camel.resolvePropertyPlaceholders(parameters.getCertAlias());
        return KeyCertOptions.wrap(alias == null ? keys : new AliasedX509ExtendedKeyManager(alias, keys));
    }

    private static @Nullable TrustOptions trust(@Nullable TrustManagersParameters managers, CamelContext camel)
            throws IOException, GeneralSecurityException {
        if (managers == null) {
            return null;
        }
        managers.setCamelContext(camel);
        TrustManager[] made = managers.createTrustManagers();
        return made == null || made.length == 0 ? null : TrustOptions.wrap(made[0]);
    }

    private static ClientAuth clients(@Nullable SSLContextServerParameters server, CamelContext camel) {
        String asked = server == null ? null : camel.resolvePropertyPlaceholders(server.getClientAuthentication());
        if (asked == null) {
            return ClientAuth.NONE;
        }
        return switch (ClientAuthentication.valueOf(asked)) {
            case NONE -> ClientAuth.NONE;
            case WANT -> ClientAuth.REQUEST;
            case REQUIRE -> ClientAuth.REQUIRED;
        };
    }
}
