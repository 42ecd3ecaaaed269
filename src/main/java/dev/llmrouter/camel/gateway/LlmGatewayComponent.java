package dev.llmrouter.camel.gateway;

import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.camel.TlsParameters;
import dev.llmrouter.camel.TlsParametersException;
import dev.llmrouter.provider.Tls;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Endpoint;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HeaderFilterStrategyComponent;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;

/**
 * The component {@code llm-gateway}: one HTTP server for all its endpoints, asynchronous from end to end, with streams that
 * are written event by event.
 */
@Component("llm-gateway")
public final class LlmGatewayComponent extends HeaderFilterStrategyComponent implements SSLContextParametersAware {
    @Metadata(description = "Address to listen on.", defaultValue = "127.0.0.1")
    private String host = "127.0.0.1";

    @Metadata(description = "TCP port to listen on; 0 for any.", defaultValue = "8080")
    private int port = 8080;

    @Metadata(
            description =
                    "Largest body of a request in bytes, whatever policies allow. 0 for the largest limits.bodySize of"
                            + " the policies in force, but 10,000,000 at least; each policy holds its requests to its own.",
            defaultValue = "0")
    private int maxBodyBytes;

    @Metadata(
            description = "Bytes that the bodies of all requests under way may have together; more get 503 with"
                    + " Retry-After. 0 for a sixteenth of the heap, but two of the largest bodies at least: what is read"
                    + " from a body takes several times its bytes.",
            defaultValue = "0")
    private long maxBodiesBytes;

    @Metadata(
            description = "Requests that may be under way at a time; more get 503 with Retry-After.",
            defaultValue = "10000")
    private int maxRequests = 10_000;

    @Metadata(
            description = "How long the body of a request may take to come, in seconds; then it gets 408.",
            defaultValue = "30")
    private int bodyTimeoutSeconds = 30;

    @Metadata(
            description =
                    "How long a connection without a request stays open, in seconds. One with a request may be silent"
                            + " for twice the longest timeout of a tier and 60 s.",
            defaultValue = "75")
    private int idleSeconds = 75;

    @Metadata(
            description =
                    "Names of hosts, separated by commas, that requests may come to and web pages from, beside those"
                            + " of this machine. Counts only where the gateway listens on this machine and the policy has no keys. Those of the property"
                            + " llm-router.allowed-hosts where it is empty.")
    private String allowedHosts = "";

    @Metadata(
            description = "Origins, as https://app.example, separated by commas, whose web pages may read what the"
                    + " gateway answers (CORS). Those of the property llm-router.cors-origins where it is empty; * is not"
                    + " taken.")
    private String corsOrigins = "";

    @Metadata(description = "Threads for what may block; by default virtual ones, before JDK 21 a pool of up to 512.")
    private @Nullable ExecutorService workerPool;

    @Metadata(
            description = "Where routes run: on the event loop, or on threads that may block.",
            enums = "event-loop,worker",
            defaultValue = "event-loop")
    private String dispatch = "event-loop";

    @Metadata(
            description = "Whether a client may change to HTTP/2 without TLS (h2c).",
            defaultValue = "false",
            javaType = "boolean")
    private boolean h2c;

    @Metadata(
            label = "security",
            description =
                    "The certificate that the gateway shows, whether it asks clients for one, and whose it trusts."
                            + " With it the gateway speaks https alone.")
    private @Nullable SSLContextParameters sslContextParameters;

    @Metadata(
            label = "security",
            description = "Whether the SSLContextParameters of the Camel context (camel.ssl properties) count here.",
            defaultValue = "false")
    private boolean useGlobalSslContextParameters;

    private @Nullable GatewayServer server;
    private IntConsumer listening = port -> {};
    private boolean isOpenChecked;

    public LlmGatewayComponent() {
        setHeaderFilterStrategy(ReplyHeaders.ofDefaults());
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        String path = remaining.startsWith("/") ? remaining : "/" + remaining;
        LlmGatewayEndpoint endpoint = new LlmGatewayEndpoint(uri, this, path);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    synchronized GatewayServer server() {
        if (server == null) {
            server = new GatewayServer(this, LlmRouterContext.of(getCamelContext()));
        }
        return server;
    }

    @Override
    protected void doStop() throws Exception {
        synchronized (this) {
            if (server != null) {
                server.close();
                server = null;
            }
        }
        super.doStop();
    }

    /**
     * Refuses to be reached by others than this machine where the policy of {@code llm-router.policy} has no keys, unless
     * {@code llm-router.insecure} is true. It does so by itself when it begins to listen. An application that asks before, to say it in words of its own,
     * has asked for good: it must not change the host after that.
     *
     * @param place where it listens, as the first words of a sentence
     * @param policy the policy, in words
     * @param remedy what says that it is to be open all the same, as the last words of a sentence
     * @throws IllegalStateException if it is refused; the message says what to change
     * @throws dev.llmrouter.policy.load.PolicyException if the policy counts and is not usable
     */
    public void checkOpen(String place, String policy, String remedy) {
        refuseOpen(place, policy, remedy);
        isOpenChecked = true;
    }

    /** The same when it begins to listen, unless the application has asked. */
    void checkOpen() {
        if (!isOpenChecked) {
            refuseOpen(
                    "llm-gateway is to listen on " + host + " (camel.component.llm-gateway.host)",
                    "the policy (llm-router.policy)",
                    "set llm-router.insecure=true");
        }
    }

    /** On this machine no policy is loaded for it. */
    private void refuseOpen(String place, String policy, String remedy) {
        boolean isMeant = Boolean.parseBoolean(property("{{llm-router.insecure:false}}"));
        if (!isMeant && !OpenGateway.isKeptHere(host)) {
            OpenGateway.check(
                    LlmRouterContext.of(getCamelContext()).defaultPolicy().policy(), place, policy, remedy);
        }
    }

    /** Runs when the server listens, with its port. */
    public void whenListening(IntConsumer listener) {
        this.listening = listener;
    }

    void listening(int actualPort) {
        listening.accept(actualPort);
    }

    /** The port that is listened on; 0 if none is yet. */
    public synchronized int getActualPort() {
        return server == null ? 0 : server.port();
    }

    /** Whether it speaks https, and no plain HTTP. */
    public boolean isTls() {
        return parameters() != null;
    }

    /**
     * How it speaks https; null for plain HTTP.
     *
     * @throws TlsParametersException if the parameters cannot be used, or have no certificate to show
     */
    @Nullable
    Tls tls() {
        SSLContextParameters parameters = parameters();
        if (parameters == null) {
            return null;
        }
        Tls tls = TlsParameters.of(parameters, getCamelContext(), "llm-gateway");
        if (tls.keys() == null) {
            throw new TlsParametersException(
                    "The SSLContextParameters of llm-gateway have no key store, so there is no"
                            + " certificate to show. Set camel.ssl.key-store and camel.ssl.keystore-password.",
                    null);
        }
        return tls;
    }

    private @Nullable SSLContextParameters parameters() {
        return sslContextParameters != null ? sslContextParameters : retrieveGlobalSslContextParameters();
    }

    public @Nullable SSLContextParameters getSslContextParameters() {
        return sslContextParameters;
    }

    public void setSslContextParameters(@Nullable SSLContextParameters sslContextParameters) {
        this.sslContextParameters = sslContextParameters;
    }

    @Override
    public boolean isUseGlobalSslContextParameters() {
        return useGlobalSslContextParameters;
    }

    @Override
    public void setUseGlobalSslContextParameters(boolean useGlobalSslContextParameters) {
        this.useGlobalSslContextParameters = useGlobalSslContextParameters;
    }

    public String getHost() {
        return host;
    }

    public void setHost(String host) {
        this.host = host;
    }

    public int getPort() {
        return port;
    }

    public void setPort(int port) {
        this.port = port;
    }

    public int getMaxBodyBytes() {
        return maxBodyBytes;
    }

    public void setMaxBodyBytes(int maxBodyBytes) {
        this.maxBodyBytes = maxBodyBytes;
    }

    public long getMaxBodiesBytes() {
        return maxBodiesBytes;
    }

    public void setMaxBodiesBytes(long maxBodiesBytes) {
        this.maxBodiesBytes = maxBodiesBytes;
    }

    public int getMaxRequests() {
        return maxRequests;
    }

    public void setMaxRequests(int maxRequests) {
        this.maxRequests = maxRequests;
    }

    public int getBodyTimeoutSeconds() {
        return bodyTimeoutSeconds;
    }

    public void setBodyTimeoutSeconds(int bodyTimeoutSeconds) {
        this.bodyTimeoutSeconds = bodyTimeoutSeconds;
    }

    public int getIdleSeconds() {
        return idleSeconds;
    }

    public void setIdleSeconds(int idleSeconds) {
        this.idleSeconds = idleSeconds;
    }

    public String getAllowedHosts() {
        return allowedHosts;
    }

    public void setAllowedHosts(String allowedHosts) {
        this.allowedHosts = allowedHosts;
    }

    public String getCorsOrigins() {
        return corsOrigins;
    }

    public void setCorsOrigins(String corsOrigins) {
        this.corsOrigins = corsOrigins;
    }

    public @Nullable ExecutorService getWorkerPool() {
        return workerPool;
    }

    public void setWorkerPool(@Nullable ExecutorService workerPool) {
        this.workerPool = workerPool;
    }

    /** Those of the option, else those of the property. */
    Set<String> allowedHostNames() {
        String named = allowedHosts.isBlank() ? property("{{llm-router.allowed-hosts:}}") : allowedHosts;
        return Stream.of(named.split(","))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
    }

    /** Those of the option, else those of the property; as they were written. */
    String allowedOrigins() {
        return corsOrigins.isBlank() ? property("{{llm-router.cors-origins:}}") : corsOrigins;
    }

    private String property(String placeholder) {
        return getCamelContext().resolvePropertyPlaceholders(placeholder);
    }

    public boolean isH2c() {
        return h2c;
    }

    public void setH2c(boolean h2c) {
        this.h2c = h2c;
    }

    public String getDispatch() {
        return dispatch;
    }

    public void setDispatch(String dispatch) {
        this.dispatch = dispatch;
    }
}
