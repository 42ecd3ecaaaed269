package dev.llmrouter.camel.gateway;

import dev.llmrouter.policy.RoutingPolicy;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** A gateway that asks for no key is kept on this machine: it would let anybody spend money. */
final class OpenGateway {
    private OpenGateway() {}

    /** Whether an address is reached from this machine alone. A name that nobody knows is not. */
    static boolean isKeptHere(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /**
     * @param place where it would listen, as the first words of a sentence
     * @param named the policy, in words
     * @param remedy what says that it is to be open all the same, as the last words of a sentence
     * @throws IllegalStateException if the policy has no keys
     */
    static void check(RoutingPolicy policy, String place, String named, String remedy) {
        if (policy.keys().isEmpty()) {
            throw new IllegalStateException(place + ", and " + named
                    + " has no keys: anybody who reaches it could spend your money. Add keys to the policy"
                    + " (the command 'key' makes one), listen on 127.0.0.1, or " + remedy + ".");
        }
    }
}
