package dev.llmrouter.chat;

import dev.llmrouter.fuzz.FuzzTarget;
import dev.llmrouter.policy.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What reads callers' requests, and providers' answers, errors, streams and headers. */
public final class ChatFuzzTargets {
    private static final List<Dialect.Name> CALLERS =
            List.of(Dialect.Name.OPENAI, Dialect.Name.ANTHROPIC, Dialect.Name.RESPONSES, Dialect.Name.TEXT);
    private static final List<Dialect.Name> PROVIDERS =
            List.of(Dialect.Name.OPENAI, Dialect.Name.ANTHROPIC, Dialect.Name.GEMINI);
    private static final int[] STATUS = {0, 200, 302, 400, 401, 402, 403, 404, 413, 429, 500, 503, 529, 999};

    private static final String EMBEDDINGS_REQUEST = "{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"dimensions\":2,"
            + "\"encoding_format\":\"base64\",\"user\":\"u\",\"other\":[[1,2],[3]]}";
    private static final String EMBEDDINGS_REPLY = "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\","
            + "\"index\":0,\"embedding\":[0.1,-2]},{\"object\":\"embedding\",\"index\":1,\"embedding\":\"AACAPw==\"}],"
            + "\"model\":\"m\",\"usage\":{\"prompt_tokens\":2,\"total_tokens\":2}}";
    private static final List<String> ERRORS = List.of(
            "{\"error\":{\"message\":\"no\",\"type\":\"t\",\"param\":\"p\",\"code\":\"context_length_exceeded\"}}",
            "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"},\"request_id\":\"r\"}",
            "{\"error\":{\"code\":429,\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"@type\":\"type."
                    + "googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"52s\",\"reason\":\"r\"}]}}",
            "{\"error\":\"text\",\"retry_after\":1.5,\"detail\":\"d\",\"innererror\":{\"code\":\"content_filter\"}}");
    private static final List<String> HEADERS = List.of(
            "retry-after-ms: 1500\nretry-after: 2",
            "retry-after: Tue, 14 Nov 2023 22:13:50 GMT\nx-should-retry: true",
            "x-ratelimit-remaining-requests: 0\nx-ratelimit-reset-requests: 6m0s\n"
                    + "x-ratelimit-remaining-tokens: 0\nx-ratelimit-reset-tokens: 1h2m3.5s20ms7us9ns",
            "anthropic-ratelimit-tokens-remaining: 0\nanthropic-ratelimit-tokens-reset: 2023-11-14T22:13:50Z");

    private ChatFuzzTargets() {}

    /** All of them. */
    public static List<FuzzTarget> all() {
        List<FuzzTarget> all = new ArrayList<>();
        for (Dialect.Name caller : CALLERS) {
            all.add(target("request-" + caller, requests(caller), input -> request(caller, input)));
        }
        all.add(target(
                "request-EMBEDDINGS", List.of(EMBEDDINGS_REQUEST), input -> request(Dialect.Name.EMBEDDINGS, input)));
        for (Dialect.Name provider : PROVIDERS) {
            all.add(target("reply-" + provider, List.of(reply(provider)), input -> reply(provider, input)));
            all.add(target("stream-" + provider, List.of(stream(provider)), input -> stream(provider, input)));
        }
        all.add(target("reply-EMBEDDINGS", List.of(EMBEDDINGS_REPLY), ChatFuzzTargets::embeddingsReply));
        all.add(target("error", ERRORS, ChatFuzzTargets::error));
        all.add(target("retry-after", HEADERS, ChatFuzzTargets::retryAfter));
        return all;
    }

    private static FuzzTarget target(String name, List<String> seeds, FuzzTarget.Reader reader) {
        return new FuzzTarget(name, seeds.stream().map(Samples::utf8).toList(), reader);
    }

    private static List<String> requests(Dialect.Name caller) {
        return switch (caller) {
            case ANTHROPIC -> List.of(Samples.ANTHROPIC_TOOLS);
            case RESPONSES -> List.of(Samples.RESPONSES_TOOLS, "{\"model\":\"m\",\"input\":\"Hello\"}");
            case TEXT -> List.of("Which queue?", "\u00e9\u4e2d\ud83d\ude00 {\"a\":[1]}");
            case OPENAI, EMBEDDINGS, GEMINI ->
                List.of(
                        Samples.OPENAI_TOOLS,
                        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"n\":2,\"logprobs\":true,"
                                + "\"top_logprobs\":3,\"response_format\":{\"type\":\"json_schema\",\"json_schema\":"
                                + "{\"name\":\"a\",\"strict\":true,\"schema\":{\"type\":\"object\"}}},\"seed\":7,"
                                + "\"reasoning_effort\":\"low\",\"logit_bias\":{\"5\":-1},\"functions\":[{\"name\":\"f\"}],"
                                + "\"function_call\":{\"name\":\"f\"},\"stream_options\":{\"include_usage\":true}}");
        };
    }

    private static String reply(Dialect.Name provider) {
        return switch (provider) {
            case ANTHROPIC -> Samples.ANTHROPIC_REPLY;
            case GEMINI -> Samples.GEMINI_REPLY;
            case OPENAI, EMBEDDINGS, RESPONSES, TEXT -> Samples.OPENAI_REPLY;
        };
    }

    private static String stream(Dialect.Name provider) {
        return switch (provider) {
            case ANTHROPIC -> Samples.ANTHROPIC_STREAM;
            case GEMINI -> Samples.GEMINI_STREAM;
            case OPENAI, EMBEDDINGS, RESPONSES, TEXT -> Samples.OPENAI_STREAM;
        };
    }

    private static void expect(boolean held, String what) {
        if (!held) {
            throw new AssertionError(what);
        }
    }

    private static String request(Dialect.Name caller, byte[] input) {
        CallerDialect dialect = Samples.DIALECTS.caller(caller);
        try {
            ChatRequest request = dialect.parseRequest(input, Limits.ofDefaults());
            StringBuilder outcome =
                    new StringBuilder(Portability.required(request).toString());
            if (caller == Dialect.Name.EMBEDDINGS) {
                outcome.append(EmbeddingsDialect.dimensions(request));
                expect(EmbeddingsDialect.inputs(request) > 0, "no input");
                Json.bytes(Samples.DIALECTS.provider(caller).writeRequest(request, "m", 1));
                return outcome.toString();
            }
            for (Dialect.Name to : PROVIDERS) {
                outcome.append(Portability.notCarried(request, to));
                Json.bytes(Samples.DIALECTS.provider(to).writeRequest(request, "m", 1));
            }
            return outcome.toString();
        } catch (BadRequestException refused) {
            int status = dialect.status(refused.error());
            expect(status >= 400 && status < 500, "status " + status);
            dialect.writeError(refused.error(), "r");
            return refused.error().message();
        }
    }

    /** One of them, by the input, so that the same input is read in the same way again. */
    private static <T> T chosen(List<T> from, byte[] input) {
        return from.get(Math.floorMod(Arrays.hashCode(input), from.size()));
    }

    private static String reply(Dialect.Name provider, byte[] input) {
        try {
            ChatReply reply = Samples.DIALECTS.provider(provider).parseReply(input);
            Dialect.Name caller = chosen(CALLERS, input);
            Samples.DIALECTS.caller(caller).writeReply(reply, ChatRequest.ofText("x"));
            StringBuilder outcome = new StringBuilder();
            for (ChatReply.Choice choice : reply.choices()) {
                outcome.append(choice.finishReason());
                choice.parts().forEach(part -> outcome.append(part.getClass().getSimpleName()));
            }
            return outcome.append(reply.usage() == null).toString();
        } catch (MalformedReplyException refused) {
            return Objects.requireNonNull(refused.getMessage());
        }
    }

    private static String embeddingsReply(byte[] input) {
        try {
            ChatReply reply = Samples.DIALECTS.provider(Dialect.Name.EMBEDDINGS).parseReply(input);
            Samples.DIALECTS
                    .caller(Dialect.Name.EMBEDDINGS)
                    .writeReply(
                            reply,
                            Samples.DIALECTS
                                    .caller(Dialect.Name.EMBEDDINGS)
                                    .parseRequest(Samples.utf8(EMBEDDINGS_REQUEST), Limits.ofDefaults()));
            return "read " + (reply.usage() == null);
        } catch (MalformedReplyException refused) {
            return Objects.requireNonNull(refused.getMessage());
        } catch (BadRequestException e) {
            throw new AssertionError("the request is none", e);
        }
    }

    private static String error(byte[] input) {
        int status = STATUS[Math.floorMod(Arrays.hashCode(input), STATUS.length)];
        StringBuilder outcome = new StringBuilder();
        for (Dialect.Name provider : PROVIDERS) {
            ChatError error = Samples.DIALECTS.provider(provider).parseError(status, input);
            expect(error.status() >= 400 && error.status() <= 599, "status " + error.status());
            bounded(error.retryAfter());
            for (Dialect.Name caller : CALLERS) {
                int told = Samples.DIALECTS.caller(caller).status(error);
                expect(told >= 400 && told <= 599, "status " + told);
                Samples.DIALECTS.caller(caller).writeError(error, "r");
            }
            outcome.append(error.kind()).append(error.retryAfter() == null);
        }
        return outcome.toString();
    }

    private static void bounded(@Nullable Duration wait) {
        expect(wait == null || !wait.isNegative() && wait.compareTo(RetryAfter.AT_MOST) <= 0, "waits " + wait);
    }

    private static String retryAfter(byte[] input) {
        Map<String, String> headers = new HashMap<>();
        new String(input, StandardCharsets.UTF_8)
                .lines()
                .limit(100)
                .map(line -> line.split(":", 2))
                .filter(parts -> parts.length == 2)
                .forEach(parts -> headers.put(parts[0], parts[1]));
        Duration wait = RetryAfter.parse(headers::get, Samples.CLOCK);
        bounded(wait);
        return headers.keySet().size()
                + (wait == null ? "none" : wait.isZero() ? "zero" : "some")
                + RetryAfter.shouldRetry(headers::get);
    }

    /** Fed in parts, as sockets do; each event goes to a caller in a dialect of another or the same, and the rest is put together. */
    private static String stream(Dialect.Name provider, byte[] input) {
        Dialect.Name caller = chosen(CALLERS, input);
        Dialect.StreamDecoder decoder = Samples.DIALECTS.provider(provider).decoder();
        Dialect.StreamEncoder encoder = Samples.DIALECTS.caller(caller).encoder(ChatRequest.ofText("x"));
        boolean same = caller == provider;
        StreamCollector collector = new StreamCollector();
        SseParser parser = new SseParser(100_000);
        StringBuilder outcome = new StringBuilder();
        try {
            int step = 1 + Math.floorMod(Arrays.hashCode(input), 700);
            for (int at = 0; at <= input.length; at += step) {
                List<SseParser.Event> events = at + step > input.length
                        ? concat(parser.feed(input, at, input.length - at), parser.finish())
                        : parser.feed(input, at, step);
                for (SseParser.Event event : events) {
                    List<StreamEvent> meaning = decoder.decode(event.event(), event.data());
                    if (same) {
                        encoder.pass(event.event(), event.data(), meaning);
                    }
                    for (StreamEvent each : meaning) {
                        collector.add(each);
                        if (!same) {
                            encoder.encode(each);
                        }
                        if (outcome.length() < 300) {
                            outcome.append(each.getClass().getSimpleName());
                        }
                    }
                }
            }
        } catch (MalformedReplyException refused) {
            outcome.append(refused.getMessage());
        }
        Samples.DIALECTS.caller(caller).writeReply(collector.reply(), ChatRequest.ofText("x"));
        return outcome.append(collector.isComplete()).toString();
    }

    private static List<SseParser.Event> concat(List<SseParser.Event> first, List<SseParser.Event> then) {
        List<SseParser.Event> both = new ArrayList<>(first);
        both.addAll(then);
        return both;
    }
}
