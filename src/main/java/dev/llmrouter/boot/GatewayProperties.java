package dev.llmrouter.boot;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the gateway ({@code llm-router.*}); address and port are Spring Boot's {@code server.address} and
 * {@code server.port}.
 *
 * @param policy resource URI of the routing policy
 * @param routes folder with route files that replace or extend the shipped ones
 * @param insecure lets the gateway listen beyond this machine without keys
 * @param host address to listen on
 * @param allowedHosts names of hosts, separated by commas, that requests may come to and web pages from where the gateway
 *     listens on this machine without keys; default: none but this machine's own
 * @param corsOrigins origins, as {@code https://app.example}, separated by commas, whose web pages may read answers; default:
 *     none
 * @param port TCP port to listen on; 0 for any
 */
@ConfigurationProperties("llm-router")
public record GatewayProperties(
        @DefaultValue("classpath:llm-router/example-policy.yaml")
        String policy,

        @DefaultValue("routes-xml-local") String routes,
        @DefaultValue("false") boolean insecure,
        @DefaultValue("127.0.0.1") String host,
        @DefaultValue("") String allowedHosts,
        @DefaultValue("") String corsOrigins,
        @DefaultValue("8080") int port) {}
