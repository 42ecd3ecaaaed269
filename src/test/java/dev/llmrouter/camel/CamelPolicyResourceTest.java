package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.llmrouter.policy.load.PolicyLoader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A policy that a web server has. */
class CamelPolicyResourceTest {
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/policy.yaml", exchange -> {
            byte[] text = "version: 1\n".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        server.createContext("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] some = new byte[1 << 16];
            try (OutputStream out = exchange.getResponseBody()) {
                while (true) {
                    out.write(some);
                }
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        camel.stop();
    }

    private String read(String path) throws IOException {
        return CamelPolicyResource.of(
                        camel, "http://127.0.0.1:" + server.getAddress().getPort() + path)
                .read();
    }

    @Test
    void isReadWhole() throws IOException {
        assertThat(read("/policy.yaml")).isEqualTo("version: 1\n");
    }

    @Test
    void isNotReadForEver() {
        assertThatThrownBy(() -> read("/endless"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("at most %,d characters".formatted(PolicyLoader.MAX_CHARACTERS));
    }

    @Test
    void onesThatIsNotThereIsSaidToBeAbsent() {
        assertThatThrownBy(() -> read("/none.yaml")).isInstanceOf(IOException.class);
    }
}
