package dev.llmrouter.provider;

import dev.llmrouter.policy.HttpProxy;
import dev.llmrouter.policy.Provider;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Which proxy a provider is reached through: its own, else the JVM's. */
final class Proxies {
    private Proxies() {}

    /**
     * The provider's {@code proxy}; without one, what the JVM is set to ({@code https.proxyHost}, {@code https.proxyPort}, {@code http.nonProxyHosts},
     * {@code socksProxyHost} and a {@link ProxySelector} of the application's); null for none.
     */
    static @Nullable ProxyOptions of(Provider provider, URI base) {
        HttpProxy own = provider.proxy();
        if (own == null) {
            return ofJvm(base);
        }
        if (own.host() == null) {
            return null;
        }
        ProxyOptions options =
                new ProxyOptions().setType(ProxyType.HTTP).setHost(own.host()).setPort(own.port());
        if (own.user() != null) {
            options.setUsername(own.user())
                    .setPassword(own.password() == null ? "" : own.password().reveal());
        }
        return options;
    }

    private static @Nullable ProxyOptions ofJvm(URI base) {
        ProxySelector selector = ProxySelector.getDefault();
        if (selector == null) {
            return null;
        }
        for (Proxy proxy : selector.select(base)) {
            if (proxy.type() == Proxy.Type.DIRECT) {
                return null;
            }
            if (proxy.address() instanceof InetSocketAddress address) {
                return new ProxyOptions()
                        .setType(proxy.type() == Proxy.Type.SOCKS ? ProxyType.SOCKS5 : ProxyType.HTTP)
                        .setHost(address.getHostString())
                        .setPort(address.getPort());
            }
        }
        return null;
    }
}
