package dev.llmrouter.application;

import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.camel.LoadedPolicy;
import dev.llmrouter.camel.PropertyNames;
import dev.llmrouter.camel.RouteFiles;
import dev.llmrouter.camel.gateway.LlmGatewayComponent;
import dev.llmrouter.camel.gateway.MeterScrape;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway as an application of Camel Main: our routes, our transport, Prometheus meters. It needs no servlet container,
 * and no Spring.
 */
public final class GatewayApplication implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayApplication.class);

    private final Main main = new Main();

    /**
     * @param arguments properties, as {@code --server.port=8081}
     * @throws SettingException for an argument that is none, or a property that nobody reads
     */
    public GatewayApplication(List<String> arguments) {
        ConsoleLog.start();
        GatewaySettings.checkFiles(Path.of(""));
        main.setPropertyPlaceholderLocations(GatewaySettings.FILES);
        GatewaySettings.DEFAULTS.forEach(main::addInitialProperty);
        PropertyNames names = PropertyNames.ofClassPath();
        GatewaySettings.parse(arguments, names).forEach(main::addOverrideProperty);
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        main.bind("meterRegistry", meters);
        main.bind("meterScrape", (MeterScrape) meters::scrape);
        main.addMainListener(new Preparing(names));
    }

    /** What has to be known before the context starts. */
    private static final class Preparing extends MainListenerSupport {
        private final PropertyNames names;

        Preparing(PropertyNames names) {
            this.names = names;
        }

        @Override
        public void beforeInitialize(BaseMainSupport main) {
            ProcessSettings.putInto((PropertiesComponent) main.getCamelContext().getPropertiesComponent());
        }

        @Override
        public void beforeConfigure(BaseMainSupport main) {
            ConsoleLog.configure(main.getCamelContext());
            warnOfYaml();
            names.doubts(main.getCamelContext()).forEach(LOG::warn);
            CamelSettings.check(main);
        }

        @Override
        public void afterConfigure(BaseMainSupport main) {
            CamelContext camel = main.getCamelContext();
            GatewaySettings settings = GatewaySettings.of(camel);
            GatewaySettings.checkValues(camel, names);
            GatewaySettings.checkFolders(camel);
            LlmRouterContext context = LlmRouterContext.of(camel);
            context.saidElsewhere(settings.policy()); // the banner says it
            load(camel, RouteFiles.locate(settings.routesFolder()));
            LoadedPolicy policy = context.policy(settings.policy());
            LlmGatewayComponent gateway = camel.getComponent("llm-gateway", LlmGatewayComponent.class);
            BindAddress.checkPort(gateway.getPort());
            CamelSettings.checkRanges(gateway);
            BindAddress.check(gateway);
            gateway.whenListening(
                    port -> StartupBanner.print(policy, gateway.isTls() ? "https" : "http", gateway.getHost(), port));
        }

        /** File by file, and not as a pattern for Camel Main: in that, commas and stars of a path would mean something. */
        private static void load(CamelContext camel, List<String> files) {
            try {
                List<Resource> resources = new ArrayList<>();
                for (String file : files) {
                    resources.add(PluginHelper.getResourceLoader(camel).resolveResource(file));
                }
                PluginHelper.getRoutesLoader(camel).loadRoutes(resources);
            } catch (Exception e) {
                throw new IllegalStateException("the routes cannot be loaded: " + e.getMessage(), e);
            }
        }

        /** Whoever has one meant something by it. */
        private static void warnOfYaml() {
            Stream.of("application.yaml", "application.yml", "config/application.yaml", "config/application.yml")
                    .filter(name -> Files.isRegularFile(Path.of(name)))
                    .forEach(name ->
                            LOG.warn("{} is not read: settings of the gateway go into application.properties", name));
        }
    }

    /** Starts it, and returns when it listens. */
    public GatewayApplication start() throws Exception {
        main.start();
        return this;
    }

    /** Starts it, and returns when the process is told to stop and what is under way has been finished. @return exit code */
    public int run() throws Exception {
        main.run();
        return main.getExitCode();
    }

    /** Null before it has started. */
    public CamelContext camel() {
        return main.getCamelContext();
    }

    @Override
    public void close() {
        main.stop();
    }
}
