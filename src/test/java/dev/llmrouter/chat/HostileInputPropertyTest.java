package dev.llmrouter.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.policy.Limits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class HostileInputPropertyTest {
    private static final List<String> SAMPLES =
            List.of(Samples.OPENAI_TOOLS, Samples.ANTHROPIC_TOOLS, Samples.RESPONSES_TOOLS);

    private static final String[] VALUES = {
        "null",
        "true",
        "0",
        "-1",
        "1.5",
        "1e400",
        "1e-999999999",
        "123456789012345678901234567890",
        "\"\"",
        "\"auto\"",
        "\"\\u0000\"",
        "[]",
        "{}",
        "[null]",
        "[[1]]",
        "{\"type\":\"text\"}",
        "{\"type\":7}",
        "\"function\""
    };

    /** Either a request comes out, which can be sent to every provider, or a refusal with a 4xx. Nothing else is thrown. */
    private static void check(byte[] body) {
        for (Dialect.Name name :
                List.of(Dialect.Name.OPENAI, Dialect.Name.ANTHROPIC, Dialect.Name.RESPONSES, Dialect.Name.TEXT)) {
            try {
                ChatRequest request = Samples.DIALECTS.caller(name).parseRequest(body, Limits.ofDefaults());
                Portability.required(request);
                Portability.onlyInResponses(request);
                for (Dialect.Name to : List.of(
                        Dialect.Name.OPENAI, Dialect.Name.RESPONSES, Dialect.Name.ANTHROPIC, Dialect.Name.GEMINI)) {
                    Portability.notCarried(request, to);
                    Json.bytes(Samples.DIALECTS.provider(to).writeRequest(request, "m", 1));
                }
            } catch (BadRequestException refused) {
                assertThat(refused.error().status()).isIn(400, 413);
            }
        }
    }

    /** The same for embeddings, which OpenAI's protocol alone carries. */
    private static void checkEmbeddings(byte[] body) {
        try {
            ChatRequest request =
                    Samples.DIALECTS.caller(Dialect.Name.EMBEDDINGS).parseRequest(body, Limits.ofDefaults());
            Portability.required(request);
            EmbeddingsDialect.dimensions(request);
            assertThat(EmbeddingsDialect.inputs(request)).isPositive();
            Json.bytes(Samples.DIALECTS.provider(Dialect.Name.EMBEDDINGS).writeRequest(request, "m", 1));
            assertThat(Portability.notCarried(request, Dialect.Name.GEMINI)).isNotEmpty();
        } catch (BadRequestException refused) {
            assertThat(refused.error().status()).isIn(400, 413);
        }
    }

    @Property(tries = 500)
    void wrongTypesInEmbeddingsGiveARequestOrARefusal(@ForAll long seed) {
        Random random = new Random(seed);
        ObjectNode root = (ObjectNode) Samples.json("{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"dimensions\":8,"
                + "\"encoding_format\":\"float\",\"user\":\"u\",\"stream\":false,\"other\":[1]}");
        List<String> names = new ArrayList<>();
        root.fieldNames().forEachRemaining(names::add);
        JsonNode value = Samples.json(VALUES[random.nextInt(VALUES.length)]);
        if (random.nextBoolean()) {
            root.set(names.get(random.nextInt(names.size())), value);
        } else {
            ((ArrayNode) root.get("input")).set(random.nextInt(2), value);
        }
        checkEmbeddings(Json.bytes(root));
    }

    @Property(tries = 500)
    void anyBytesGiveARequestOrARefusal(@ForAll @Size(max = 200) byte[] body) {
        check(body);
        checkEmbeddings(body);
    }

    @Property(tries = 1000)
    void wrongTypesAnywhereGiveARequestOrARefusal(@ForAll long seed, @ForAll @IntRange(max = 2) int sample) {
        Random random = new Random(seed);
        JsonNode root = Samples.json(SAMPLES.get(sample));
        List<JsonNode> containers = new ArrayList<>();
        collect(root, containers);
        JsonNode chosen = containers.get(random.nextInt(containers.size()));
        JsonNode value = Samples.json(VALUES[random.nextInt(VALUES.length)]);
        if (chosen instanceof ArrayNode array && !array.isEmpty()) {
            array.set(random.nextInt(array.size()), value);
        } else if (chosen instanceof ObjectNode object && !object.isEmpty()) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            object.set(names.get(random.nextInt(names.size())), value);
        }
        check(Json.bytes(root));
    }

    private static void collect(JsonNode node, List<JsonNode> into) {
        if (node.isContainerNode()) {
            into.add(node);
            node.forEach(child -> collect(child, into));
        }
    }

    @Property(tries = 500)
    void aFlippedOrMissingByteGivesARequestOrARefusal(@ForAll long seed, @ForAll @IntRange(max = 2) int sample) {
        Random random = new Random(seed);
        byte[] body = Samples.utf8(SAMPLES.get(sample));
        body[random.nextInt(body.length)] = (byte) random.nextInt();
        check(body);
        check(java.util.Arrays.copyOf(body, random.nextInt(body.length)));
    }

    @Property(tries = 20)
    void depthIsBounded(@ForAll @IntRange(min = 65, max = 100_000) int depth) {
        try {
            Samples.openAi("{\"model\":" + "[".repeat(depth));
            fail("accepted");
        } catch (BadRequestException refused) {
            assertThat(refused.error().status()).isEqualTo(400);
        }
    }

    @Property(tries = 300)
    void utf8IsJudgedAsTheJdkJudgesIt(@ForAll @Size(max = 40) byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = bytes[i] == '\\' ? (byte) 'x' : bytes[i];
        }
        boolean valid = true;
        try {
            StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes));
        } catch (java.nio.charset.CharacterCodingException e) {
            valid = false;
        }
        boolean judged = true;
        try {
            Utf8.check(bytes);
        } catch (BadRequestException e) {
            judged = false;
        }
        assertThat(judged).isEqualTo(valid);
    }

    @Property(tries = 300)
    void answersErrorsAndStreamsOfAnyBytesThrowNothingElse(@ForAll @Size(max = 120) byte[] bytes) {
        for (Dialect.Name name :
                List.of(Dialect.Name.OPENAI, Dialect.Name.RESPONSES, Dialect.Name.ANTHROPIC, Dialect.Name.GEMINI)) {
            ProviderDialect provider = Samples.DIALECTS.provider(name);
            assertThat(provider.parseError(500, bytes).status()).isEqualTo(500);
            try {
                provider.parseReply(bytes);
                fail("accepted");
            } catch (MalformedReplyException expected) {
                assertThat(expected).hasMessageContaining("answer");
            }
        }
    }

    @Property(tries = 500)
    void wrongTypesInAnswersNeverThrowAnythingElse(@ForAll long seed) {
        Random random = new Random(seed);
        Dialect.Name[] names = {Dialect.Name.OPENAI, Dialect.Name.ANTHROPIC, Dialect.Name.GEMINI, Dialect.Name.RESPONSES
        };
        String[] replies = {Samples.OPENAI_REPLY, Samples.ANTHROPIC_REPLY, Samples.GEMINI_REPLY, Samples.RESPONSES_REPLY
        };
        int which = random.nextInt(names.length);
        JsonNode root = Samples.json(replies[which]);
        List<JsonNode> containers = new ArrayList<>();
        collect(root, containers);
        JsonNode chosen = containers.get(random.nextInt(containers.size()));
        JsonNode value = Samples.json(VALUES[random.nextInt(VALUES.length)]);
        if (chosen instanceof ObjectNode object && !object.isEmpty()) {
            List<String> fields = new ArrayList<>();
            object.fieldNames().forEachRemaining(fields::add);
            object.set(fields.get(random.nextInt(fields.size())), value);
        }
        try {
            ChatReply reply = Samples.DIALECTS.provider(names[which]).parseReply(Json.bytes(root));
            for (Dialect.Name caller :
                    List.of(Dialect.Name.OPENAI, Dialect.Name.ANTHROPIC, Dialect.Name.RESPONSES, Dialect.Name.TEXT)) {
                Samples.DIALECTS.caller(caller).writeReply(reply, ChatRequest.ofText("x"));
            }
            Samples.DIALECTS.provider(names[which]).decoder().decode("", root.toString());
        } catch (MalformedReplyException refused) {
            assertThat(refused).hasMessageNotContaining("Hello");
        }
    }

    /** Found by the property above, once in some thousand tries. */
    @Example
    void anObjectInPlaceOfAListInAStreamIsNoContent() throws MalformedReplyException {
        assertThat(Samples.DIALECTS
                        .provider(Dialect.Name.GEMINI)
                        .decoder()
                        .decode("", "{\"responseId\":\"r\",\"candidates\":{\"content\":{}}}"))
                .noneMatch(StreamEvent.TextDelta.class::isInstance);
    }

    /** Found by the fuzzer: Jackson throws a NumberFormatException, which was a 500. */
    @Example
    void aNumberWithAnExponentThatIsTooLargeIsRefusedAndNeverAFailureOfOurs() {
        byte[] request = Samples.utf8(
                "{\"model\":\"m\",\"seed\":1e9999999999,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> Samples.DIALECTS.caller(Dialect.Name.OPENAI).parseRequest(request, Limits.ofDefaults()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("exponent");
        byte[] error = Samples.utf8("{\"error\":{\"message\":\"no\",\"code\":1e9999999999}}");
        assertThat(Samples.DIALECTS
                        .provider(Dialect.Name.OPENAI)
                        .parseError(500, error)
                        .status())
                .isEqualTo(500);
    }
}
