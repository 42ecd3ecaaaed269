package dev.llmrouter.boot;

import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.camel.LoadedPolicy;
import dev.llmrouter.camel.RouteFiles;
import dev.llmrouter.camel.gateway.LlmGatewayComponent;
import dev.llmrouter.camel.gateway.MeterScrape;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.apache.camel.support.PluginHelper;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The gateway as an application: our routes, our transport, Prometheus meters. It needs no servlet container. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableConfigurationProperties(GatewayProperties.class)
public class GatewayApplication {

    /** Starts the gateway. @param arguments Spring's ({@code --server.port=...}) */
    public static ConfigurableApplicationContext start(String... arguments) {
        SpringApplication application = new SpringApplication(GatewayApplication.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setBannerMode(org.springframework.boot.Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        application.setDefaultProperties(GatewayDefaults.PROPERTIES);
        return application.run(arguments);
    }

    @Bean
    PrometheusMeterRegistry meterRegistry() {
        return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    }

    @Bean
    MeterScrape meterScrape(PrometheusMeterRegistry registry) {
        return registry::scrape;
    }

    @Bean
    CamelContextConfiguration gatewayRoutes(GatewayProperties properties) {
        return new CamelContextConfiguration() {
            @Override
            public void beforeApplicationStart(CamelContext camel) {
                LlmGatewayComponent gateway = camel.getComponent("llm-gateway", LlmGatewayComponent.class);
                gateway.setHost(properties.host());
                gateway.setPort(properties.port());
                gateway.setAllowedHosts(properties.allowedHosts());
                gateway.setCorsOrigins(properties.corsOrigins());
                try {
                    List<Resource> files = new ArrayList<>();
                    for (String file : RouteFiles.locate(Path.of(properties.routes()))) {
                        files.add(PluginHelper.getResourceLoader(camel).resolveResource(file));
                    }
                    PluginHelper.getRoutesLoader(camel).loadRoutes(files);
                } catch (Exception e) {
                    throw new IllegalStateException("the routes cannot be loaded: " + e.getMessage(), e);
                }
                LoadedPolicy policy = LlmRouterContext.of(camel).policy(properties.policy());
                BindAddress.check(properties, policy.policy());
                gateway.whenListening(port -> StartupBanner.print(policy, properties.host(), port));
            }

            @Override
            public void afterApplicationStart(CamelContext camel) {}
        };
    }
}
