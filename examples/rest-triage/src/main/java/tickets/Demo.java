package tickets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.springframework.context.ApplicationContext;

/** Asks the running API as its users do, and holds the answers against the contract. */
final class Demo {
    private static final String SECRET = "session-of-ada";

    private final ApplicationContext application;
    private final HttpClient http = HttpClient.newHttpClient();

    Demo(ApplicationContext application) {
        this.application = application;
    }

    void run() throws Exception {
        servesTheContract();
        expect("POST", "", "{\"customer\":\"Ada\",\"text\":\"I was charged twice for my subscription.\"}", 201, "billing");
        expect("POST", "", "{\"text\":\"I cannot log in, the page stays white in the browser.\"}", 201, "technical");
        expect("POST", "", "{\"text\":\"Thank you for the lovely summer party last week!\"}", 201, "general");
        expect("POST", "", "{\"customer\":\"Ada\"}", 400, "text is missing");
        expect("POST", "", "{\"text\":", 400, "text is missing");
        expect("GET", "/1", null, 200, "billing");
        expect("GET", "/99", null, 404, "no such ticket");
        expect("GET", "/abc", null, 404, "no such ticket");
        System.out.println("ALL AS THE CONTRACT SAYS");
    }

    private void servesTheContract() throws Exception {
        Set<String> promised = new TreeSet<>();
        try (InputStream contract = Demo.class.getResourceAsStream("/tickets-openapi.json")) {
            JsonNode paths = new ObjectMapper().readTree(contract).path("paths");
            paths.fields().forEachRemaining(path -> path.getValue()
                    .fieldNames()
                    .forEachRemaining(method -> promised.add(method.toUpperCase() + " " + path.getKey())));
        }
        Set<String> served = new TreeSet<>();
        application
                .getBean(CamelContext.class)
                .getRestRegistry()
                .listAllRestServices()
                .forEach(service -> served.add(service.getMethod().toUpperCase() + " " + service.getBasePath()
                        + (service.getUriTemplate() == null ? "" : service.getUriTemplate())));
        if (!served.equals(promised)) {
            throw new IllegalStateException("the contract has " + promised + ", the API " + served);
        }
    }

    private void expect(String method, String path, String body, int status, String part) throws Exception {
        String port = application.getEnvironment().getProperty("local.server.port");
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/tickets" + path))
                        .header("Content-Type", "application/json")
                        .header("Authorization", SECRET)
                        .header("Cookie", SECRET)
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        System.out.printf("%s /tickets%s -> %d %s%n", method, path, answer.statusCode(), answer.body());
        if (answer.statusCode() != status || !answer.body().contains(part)) {
            throw new IllegalStateException("expected " + status + " with " + part);
        }
        if (answer.headers().map().toString().contains(SECRET)) {
            throw new IllegalStateException("the caller's own headers go back to him");
        }
    }
}
