package dev.llmrouter.application;

import dev.llmrouter.camel.gateway.LlmGatewayComponent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;

/** The application as users start it, on a free port. */
final class RunningGateway implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final GatewayApplication application;

    private RunningGateway(GatewayApplication application) {
        this.application = application;
    }

    static RunningGateway start(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--server.port=0");
        if (all.stream().noneMatch(argument -> argument.startsWith("--llm-router.data="))) {
            all.add("--llm-router.data=" + folder());
        }
        try {
            return new RunningGateway(new GatewayApplication(all).start());
        } catch (Exception e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** A data folder of its own, so that no test finds what another one left. */
    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("llm-router-data");
            folder.toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        CamelContext camel = application.camel();
        LlmGatewayComponent gateway = camel.getComponent("llm-gateway", LlmGatewayComponent.class);
        return (gateway.isTls() ? "https://localhost:" : "http://127.0.0.1:") + gateway.getActualPort();
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        return post(path, body.getBytes(java.nio.charset.StandardCharsets.UTF_8), headers);
    }

    HttpResponse<String> post(String path, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        application.close();
    }
}
