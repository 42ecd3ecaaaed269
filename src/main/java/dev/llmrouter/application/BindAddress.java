package dev.llmrouter.application;

import dev.llmrouter.policy.RoutingPolicy;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Where the gateway may listen. An open one is kept on this machine: it would let anybody spend money. */
final class BindAddress {
    /** Where the port is said, in words. */
    static final String PORT = "server.port (--port)";

    private static final int LAST_PORT = 65_535;

    private BindAddress() {}

    /**
     * @param host where it will listen, whoever said so
     * @throws IllegalStateException if the gateway would listen beyond this machine without keys
     */
    static void check(String host, boolean insecure, RoutingPolicy policy) {
        if (insecure || !policy.keys().isEmpty() || isLoopback(host)) {
            return;
        }
        throw new IllegalStateException("server.address is " + host
                + ", and the policy has no keys: anybody who reaches it could spend your money. Add keys to the policy"
                + " (the command 'key' makes one), listen on 127.0.0.1, or say --insecure.");
    }

    /** @throws SettingException if nothing can listen on it */
    static void checkPort(int port) {
        if (port < 0 || port > LAST_PORT) {
            throw new SettingException(portFault(PORT, String.valueOf(port)));
        }
    }

    /** Says that a port is none. @param said who said it, in words @param value as it was said */
    static String portFault(String said, String value) {
        return said + " is " + value + "; allowed are 1 to " + LAST_PORT + ", and 0 for any that is free.";
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
