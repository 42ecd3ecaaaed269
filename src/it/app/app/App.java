package app;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/** What a new user writes first: a route of his own that asks for an answer; text in, JSON in, a stream. */
public final class App {
    public static void main(String[] arguments) throws Exception {
        Main main = new Main();
        main.addInitialProperty("camel.main.routes-include-pattern", "classpath:routes-xml/llm-*.xml");
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:own").to("kamelet:llm-route-action?task=short-summary");
            }
        });
        main.start();
        try {
            String request = "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"Summarise this: It rains.\"}]}";
            expect("kamelet", main.getCamelTemplate().requestBody("direct:own", "Summarise this: It rains.", String.class), "It rains");
            expect("text", text(main, "Summarise this: It rains."), "It rains");
            expect("json", text(main, request), "\"object\":\"chat.completion\"");
            String stream = request.replace("\"model\"", "\"stream\":true,\"model\"");
            expect("stream to whom takes none", text(main, stream), "\"object\":\"chat.completion\"");
            expect("stream", streamed(main, stream), "[DONE]");
        } finally {
            main.stop();
        }
        System.out.println("ALL ANSWERED");
    }

    private static String text(Main main, String body) throws Exception {
        return main.getCamelTemplate().requestBody("direct:llm-answer", (Object) body, String.class);
    }

    private static String streamed(Main main, String body) throws Exception {
        Exchange answer = main.getCamelTemplate().request("direct:llm-answer", exchange -> {
            exchange.setProperty("CamelLlmRouterTakesStream", true);
            exchange.getMessage().setBody(body);
        });
        return collected((Flow.Publisher<?>) answer.getMessage().getBody());
    }

    private static String collected(Flow.Publisher<?> stream) throws Exception {
        CompletableFuture<String> end = new CompletableFuture<>();
        stream.subscribe(new Flow.Subscriber<Object>() {
            private final StringBuilder text = new StringBuilder();

            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Object item) {
                text.append(new String((byte[]) item));
            }

            @Override
            public void onError(Throwable failure) {
                end.completeExceptionally(failure);
            }

            @Override
            public void onComplete() {
                end.complete(text.toString());
            }
        });
        return end.get(30, TimeUnit.SECONDS);
    }

    private static void expect(String what, String answer, String part) {
        if (!answer.contains(part)) {
            throw new IllegalStateException(what + " in: expected " + part + " in the answer, got: " + answer);
        }
        System.out.println(what + " in: answered");
    }
}
