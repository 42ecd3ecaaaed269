package dev.llmrouter.camel;

import dev.llmrouter.camel.gateway.LlmGatewayComponent;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.apache.camel.main.Main;

/** The shipped routes under Camel Main, run in a process of its own without Spring; prints what it got. */
public final class CamelMainApplication {
    /** What the documentation says: Camel's own default, which is where a user's routes are, and what is shipped. */
    static final String ROUTES =
            "classpath:camel/*,classpath:camel-template/*,classpath:camel-rest/*,classpath:routes-xml/*.xml";

    private CamelMainApplication() {}

    public static void main(String[] arguments) throws Exception {
        try {
            Class.forName("org.springframework.context.ApplicationContext");
            System.out.println("spring=present");
        } catch (ClassNotFoundException e) {
            System.out.println("spring=absent");
        }
        Main main = new Main();
        main.addInitialProperty("camel.main.routes-include-pattern", ROUTES);
        main.addInitialProperty("llm-router.gateway", "true");
        main.addInitialProperty("camel.component.llm-gateway.port", "0");
        main.start();
        int port = main.getCamelContext()
                .getComponent("llm-gateway", LlmGatewayComponent.class)
                .getActualPort();
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"Summarise this: rain\"}]}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        System.out.println("status=" + answer.statusCode() + " tier="
                + answer.headers().firstValue("x-llm-tier").orElse("?"));
        Object text = main.getCamelTemplate().requestBody("direct:llm-answer", "Summarise this: It rains.");
        System.out.println("text=" + text);
        System.out.println("own=" + main.getCamelTemplate().requestBody("direct:own", "Summarise this: It snows."));
        main.stop();
    }
}
