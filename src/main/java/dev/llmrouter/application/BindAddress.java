package dev.llmrouter.application;

import dev.llmrouter.camel.gateway.LlmGatewayComponent;

/** Where the gateway may listen. An open one is kept on this machine: it would let anybody spend money. */
final class BindAddress {
    /** Where the port is said, in words. */
    static final String PORT = "server.port (--port)";

    private static final int LAST_PORT = 65_535;

    private BindAddress() {}

    /**
     * Before anything starts, and in the words of the application.
     *
     * @throws IllegalStateException if the gateway would listen beyond this machine without keys, whoever said where
     */
    static void check(LlmGatewayComponent gateway) {
        gateway.checkOpen("server.address is " + gateway.getHost(), "the policy", "say --insecure");
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
}
