package dev.llmrouter.camel.gateway;

import dev.llmrouter.camel.LlmRouterContext;
import java.util.Map;
import java.util.function.IntConsumer;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HeaderFilterStrategyComponent;
import org.jspecify.annotations.Nullable;

/**
 * The component {@code llm-gateway}: one HTTP server for all its endpoints, asynchronous from end to end, with streams that
 * are written event by event.
 */
@Component("llm-gateway")
public final class LlmGatewayComponent extends HeaderFilterStrategyComponent {
    @Metadata(description = "Address to listen on.", defaultValue = "127.0.0.1")
    private String host = "127.0.0.1";

    @Metadata(description = "TCP port to listen on; 0 for any.", defaultValue = "8080")
    private int port = 8080;

    @Metadata(description = "Largest body of a request in bytes.", defaultValue = "10000000")
    private int maxBodyBytes = 10_000_000;

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

    private @Nullable GatewayServer server;
    private IntConsumer listening = port -> {};

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
