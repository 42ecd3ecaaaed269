package dev.llmrouter.camel;

import dev.llmrouter.provider.Tls;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
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
    private static final String KEY_STORE = "javax.net.ssl.keyStore";

    private TlsParameters() {}

    /**
     * What the parameters say.
     *
     * @param component that they were given to
     * @throws TlsParametersException if a store is not there, cannot be opened or has no key; the message says so, and no password
     */
    public static Tls of(SSLContextParameters parameters, CamelContext camel, String component) {
        try {
            ClientAuth clients = clients(parameters.getServerParameters(), camel);
            // as Camel makes them: with its choice of versions and suites
            SSLEngine engine = parameters.createSSLContext(camel).createSSLEngine();
            return new Tls(
                    keys(parameters, camel),
                    trust(parameters.getTrustManagers(), camel),
                    Set.of(engine.getEnabledProtocols()),
                    List.of(engine.getEnabledCipherSuites()),
                    clients);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new TlsParametersException(
                    "The SSLContextParameters of " + component + " cannot be used: " + e.getMessage()
                            + ". Check path, type and password of its key store and trust store (camel.ssl.* for those of the whole"
                            + " context).",
                    e);
        }
    }

    /**
     * What the JVM is set to: the certificate of {@code javax.net.ssl.keyStore} is shown, with {@code keyStorePassword} and
     * {@code keyStoreType} beside it, and its own list of who is trusted counts.
     *
     * @throws TlsParametersException if that key store is not there, cannot be opened or has no key; the message says so, and no password
     */
    static Tls ofJvm() {
        String file = System.getProperty(KEY_STORE, "");
        if (file.isBlank()) {
            return Tls.ofJvm();
        }
        try {
            String text = System.getProperty(KEY_STORE + "Password", "");
            char @Nullable [] password = text.isEmpty() ? null : text.toCharArray();
            KeyStore store = KeyStore.getInstance(System.getProperty(KEY_STORE + "Type", KeyStore.getDefaultType()));
            if (file.equals("NONE")) { // as the JVM has it: in hardware
                store.load(null, password);
            } else {
                try (InputStream in = Files.newInputStream(Path.of(file))) {
                    store.load(in, password);
                }
            }
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, password);
            X509KeyManager keys = first(factory.getKeyManagers());
            return new Tls(keys == null ? null : KeyCertOptions.wrap(keys), null, Set.of(), List.of(), ClientAuth.NONE);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new TlsParametersException(
                    "The key store of the JVM (-D" + KEY_STORE + ") cannot be used: " + e.getMessage()
                            + ". Check its path, " + KEY_STORE + "Type and " + KEY_STORE + "Password.",
                    e);
        }
    }

    private static @Nullable X509KeyManager first(KeyManager[] managers) {
        return Arrays.stream(managers)
                .filter(X509KeyManager.class::isInstance)
                .map(X509KeyManager.class::cast)
                .findFirst()
                .orElse(null);
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
        X509KeyManager keys = first(managers.createKeyManagers());
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
        return switch (asked) {
            case "NONE" -> ClientAuth.NONE;
            case "WANT" -> ClientAuth.REQUEST;
            case "REQUIRE" -> ClientAuth.REQUIRED;
            default ->
                throw new IllegalArgumentException("clientAuthentication is '" + asked + "'; allowed: "
                        + Arrays.stream(ClientAuthentication.values())
                                .map(ClientAuthentication::name)
                                .collect(Collectors.joining(", ")));
        };
    }
}
