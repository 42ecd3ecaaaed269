package dev.llmrouter.boot;

import java.util.Map;

/**
 * Properties of the application that a user may override by any of Spring Boot's means. They are not in an
 * application.properties, because that would be in the library jar and so in every user's application.
 */
final class GatewayDefaults {
    static final Map<String, Object> PROPERTIES = Map.ofEntries(
            Map.entry("spring.application.name", "camel-llm-router"),
            Map.entry("llm-router.policy", "${LLM_ROUTER_POLICY:classpath:llm-router/example-policy.yaml}"),
            Map.entry("llm-router.data", "${LLM_ROUTER_DATA:./data}"),
            Map.entry("llm-router.ledger.url", "${LLM_ROUTER_LEDGER_URL:}"),
            Map.entry("llm-router.ledger.user", "${LLM_ROUTER_LEDGER_USER:}"),
            Map.entry("llm-router.ledger.password", "${LLM_ROUTER_LEDGER_PASSWORD:}"),
            Map.entry("llm-router.gateway", "true"),
            Map.entry("llm-router.host", "${server.address:127.0.0.1}"),
            Map.entry("llm-router.port", "${server.port:8080}"),
            Map.entry("camel.main.name", "llm-router"),
            Map.entry("camel.main.run-controller", "true"),
            Map.entry("camel.main.shutdown-timeout", "30"),
            Map.entry("camel.main.startup-summary-level", "Off"),
            Map.entry("camel.main.routes-collector-enabled", "false"),
            Map.entry("camel.main.jmx-enabled", "false"),
            Map.entry("logging.level.root", "warn"),
            // a start that fails is explained by the command, without a stack trace
            Map.entry("logging.level.org.springframework.boot.SpringApplication", "off"),
            Map.entry("logging.level.org.springframework.context.annotation", "error"),
            Map.entry("logging.level.dev.llmrouter", "info"),
            Map.entry("logging.level.llm.router.requests", "info"),
            Map.entry("logging.pattern.console", "%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%n%ex{6}"));

    private GatewayDefaults() {}
}
