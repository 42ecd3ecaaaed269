package dev.llmrouter.camel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;

/** Key stores and trust stores for tests, made by the JDK's keytool. */
public final class Certificates {
    public static final String PASSWORD = "changeit";

    private final Path folder;

    public Certificates(Path folder) {
        this.folder = folder;
    }

    /** A key with a certificate that it has signed itself, in {@code NAME.p12}. */
    public Path key(String name, String host, String... more) {
        Path store = folder.resolve(name + ".p12");
        List<String> arguments = new ArrayList<>(List.of(
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + host,
                "-ext",
                "san=dns:" + host));
        arguments.addAll(List.of(more));
        keytool(arguments);
        return store;
    }

    /** A key with a certificate that an authority of {@link #key} has signed, in {@code NAME.p12}. */
    public Path signed(String name, String host, Path authority, String... more) {
        Path store = key(name, host);
        Path request = folder.resolve(name + ".csr");
        Path certificate = folder.resolve(name + ".signed");
        List<String> access = List.of("-storepass", PASSWORD);
        keytool(with(access, "-certreq", "-keystore", store.toString(), "-alias", name, "-file", request.toString()));
        List<String> sign = new ArrayList<>(with(
                access,
                "-gencert",
                "-keystore",
                authority.toString(),
                "-alias",
                alias(authority),
                "-infile",
                request.toString(),
                "-outfile",
                certificate.toString(),
                "-ext",
                "san=dns:" + host));
        sign.addAll(List.of(more));
        keytool(sign);
        Path root = exported(authority);
        keytool(with(
                access,
                "-importcert",
                "-noprompt",
                "-keystore",
                store.toString(),
                "-alias",
                "root",
                "-file",
                root.toString()));
        keytool(with(
                access,
                "-importcert",
                "-noprompt",
                "-keystore",
                store.toString(),
                "-alias",
                name,
                "-file",
                certificate.toString()));
        return store;
    }

    private static List<String> with(List<String> access, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(access);
        return all;
    }

    private static String alias(Path key) {
        return key.getFileName().toString().replace(".p12", "");
    }

    private Path exported(Path key) {
        Path certificate = folder.resolve(alias(key) + ".cer");
        keytool(List.of(
                "-exportcert",
                "-keystore",
                key.toString(),
                "-storepass",
                PASSWORD,
                "-alias",
                alias(key),
                "-file",
                certificate.toString()));
        return certificate;
    }

    /** A store that trusts the certificates of keys, in {@code NAME.p12}. */
    public Path trust(String name, Path... keys) {
        Path store = folder.resolve(name + ".p12");
        for (Path key : keys) {
            Path certificate = exported(key);
            keytool(List.of(
                    "-importcert",
                    "-noprompt",
                    "-keystore",
                    store.toString(),
                    "-storetype",
                    "PKCS12",
                    "-storepass",
                    PASSWORD,
                    "-alias",
                    alias(key),
                    "-file",
                    certificate.toString()));
        }
        return store;
    }

    private static void keytool(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("keytool failed: " + arguments.get(0));
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For a server or client of the JDK's. */
    public static SSLContext context(Path keys, Path trust) throws GeneralSecurityException, IOException {
        KeyManagerFactory shown = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        shown.init(store(keys), PASSWORD.toCharArray());
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(store(trust));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(shown.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    private static KeyStore store(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    /** As an integration sets up Camel's components. */
    static SSLContextParameters trusting(Path trust) {
        TrustManagersParameters trusted = new TrustManagersParameters();
        trusted.setKeyStore(parameters(trust));
        SSLContextParameters parameters = new SSLContextParameters();
        parameters.setTrustManagers(trusted);
        return parameters;
    }

    static SSLContextParameters showing(Path keys, Path trust) {
        KeyManagersParameters shown = new KeyManagersParameters();
        shown.setKeyStore(parameters(keys));
        shown.setKeyPassword(PASSWORD);
        SSLContextParameters parameters = trusting(trust);
        parameters.setKeyManagers(shown);
        return parameters;
    }

    private static KeyStoreParameters parameters(Path store) {
        KeyStoreParameters parameters = new KeyStoreParameters();
        parameters.setResource(store.toUri().toString());
        parameters.setType("PKCS12");
        parameters.setPassword(PASSWORD);
        return parameters;
    }
}
