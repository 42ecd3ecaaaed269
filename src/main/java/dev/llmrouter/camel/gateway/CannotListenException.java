package dev.llmrouter.camel.gateway;

import org.jspecify.annotations.Nullable;

/** The gateway cannot listen where it was told to; the message says where, why, and what to change. */
public final class CannotListenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotListenException(String host, int port, @Nullable Throwable cause) {
        super(text(host, port, cause == null ? "" : String.valueOf(cause.getMessage())), cause);
    }

    private static String text(String host, int port, String why) {
        String place = host + ":" + port;
        if (why.contains("Address already in use")) {
            return "The port " + port + " of " + host + " is in use already. Choose another with --port.";
        }
        if (why.contains("Permission denied")) {
            return "Listening on " + place + " is not permitted to this user. Choose a port from 1024 with --port.";
        }
        if (why.contains("NXDOMAIN") || why.contains("Failed to resolve") || why.contains("Cannot assign")) {
            return "No address of this machine is '" + host + "'. Choose another with --host.";
        }
        return "Listening on " + place + " failed: " + why;
    }
}
