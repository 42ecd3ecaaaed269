package dev.llmrouter.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.FinishReason;
import dev.llmrouter.chat.Part;
import dev.llmrouter.chat.Role;
import dev.llmrouter.chat.Sampling;
import dev.llmrouter.chat.Tool;
import dev.llmrouter.chat.ToolChoice;
import dev.llmrouter.policy.SimulatorSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatedModelTest {
    private static final SimulatedModel MODEL = new SimulatedModel("gpt-4o-mini", Behaviour.ofDefaults());

    private static String answer(String prompt) {
        return text(MODEL.answer(ChatRequest.ofText(prompt), null));
    }

    private static String text(SimulatedAnswer answer) {
        return answer.toReply("id", 0).text();
    }

    private static SimulatedModel withQuality(Map<String, Double> quality) {
        return new SimulatedModel("weak", Behaviour.of(new SimulatorSettings(Duration.ZERO, 0, Map.of(), quality, 1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Classify this ticket as billing, technical or general: my bill is wrong|billing",
                "Classify as \"billing\", \"technical\" or \"general\". I have a technical fault|technical",
                "Categorise into one of the following: spam, ham. Buy ham now, ham is cheap|ham",
                "Which queue? Options: [\"invoices\", \"returns\"]. I want to return my shoes|returns",
                "What is the sentiment, positive or negative? It was positively great|positive"
            })
    void picksTheCategoryThatTheTextSpeaksOf(String prompt, String category) {
        assertThat(answer(prompt)).isEqualTo(category);
    }

    @Test
    void readsCategoriesFromBullets() {
        String prompt = "Pick the category.\nCategories:\n- refunds: money back\n- delivery\n\nWhere is my delivery?";
        assertThat(answer(prompt)).isEqualTo("delivery");
    }

    @Test
    void readsCategoriesFromTheSystemPrompt() {
        ChatRequest request = Requests.sampled("My invoice is wrong, invoicing is broken", Sampling.ofDefaults());
        ChatRequest instructed = new ChatRequest(
                request.dialect(),
                null,
                "auto",
                false,
                false,
                List.of(
                        ChatMessage.of(Role.SYSTEM, "Classify the ticket as invoices, hardware or other."),
                        request.messages().get(0)),
                List.of(),
                null,
                null,
                null,
                Sampling.ofDefaults(),
                null,
                Map.of());
        assertThat(text(MODEL.answer(instructed, null))).isEqualTo("invoices");
    }

    @Test
    void extractsNamedFieldsAsJson() {
        String answer = answer("Extract the invoice number and date as JSON: Invoice number 4711, dated 2026-03-05.");
        assertThat(Requests.json(answer))
                .isEqualTo(Requests.json("{\"invoice_number\":\"4711\",\"date\":\"2026-03-05\"}"));
    }

    @Test
    void summarisesByLeadingSentencesAsManyAsAsked() {
        String prompt = "Summarise in two sentences: First thing. Second thing! Third thing. Fourth thing.";
        assertThat(answer(prompt)).isEqualTo("[simulated gpt-4o-mini] First thing. Second thing!");
    }

    @Test
    void marksFreeTextAsSimulatedAndUsesThePromptsWords() {
        assertThat(answer("Write a product description for a waterproof lantern"))
                .startsWith("[simulated gpt-4o-mini] ")
                .contains("waterproof")
                .contains("\n\n");
    }

    @Test
    void leavesTheMarkerOutWhereOneWordIsAskedFor() {
        assertThat(answer("Answer with one word. What is the capital of France?"))
                .doesNotContain("simulated");
    }

    @Test
    void analysisIsLongEnoughForAStreamThatCanBeCut() {
        String analysis =
                answer("Compare these two contracts clause by clause and assess the risk: A has notice, B none.");
        assertThat(TokenEstimate.count(analysis)).isGreaterThan(60);
        assertThat(analysis).contains("1. First").contains("Overall:");
    }

    @Test
    void sameQuestionHasTheSameAnswer() {
        String prompt = "Write a poem about rivers and bridges";
        assertThat(MODEL.answer(ChatRequest.ofText(prompt), null))
                .isEqualTo(MODEL.answer(ChatRequest.ofText(prompt), null));
    }

    @Test
    void modelsThatAreRightAgreeOnTheCategory() {
        String prompt = "Classify as red, green or blue: the quick brown fox";
        String other =
                text(new SimulatedModel("another", Behaviour.ofDefaults()).answer(ChatRequest.ofText(prompt), null));
        assertThat(other).isEqualTo(answer(prompt));
    }

    @Test
    void shareOfRightAnswersIsTheTasksQuality() {
        SimulatedModel weak = withQuality(Map.of("classification", 0.7, "*", 1.0));
        int right = 0;
        for (int i = 0; i < 2000; i++) {
            String prompt = "Classify this ticket as billing, technical or general: bill number " + i;
            SimulatedAnswer answer = weak.answer(ChatRequest.ofText(prompt), null);
            assertThat(text(answer).equals("billing")).isEqualTo(answer.right());
            right += answer.right() ? 1 : 0;
        }
        // 2,000 draws at .7: standard deviation .0102; five of them on either side, fixed by the seed
        assertThat(right / 2000.0).isBetween(0.65, 0.75);
    }

    @Test
    void takesTheTaskFromModelOrMetadataForItsQuality() {
        SimulatedModel weak = withQuality(Map.of("support-triage", 0.0));
        String prompt = "Classify as red, green or blue: sky";
        assertThat(weak.answer(ChatRequest.ofText(prompt), null).right()).isTrue();
        assertThat(weak.answer(ChatRequest.ofText(prompt), "support-triage").right())
                .isFalse();
    }

    @Test
    void wrongExtractionLacksARequiredField() {
        JsonNode schema = Requests.json(
                "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},\"age\":{\"type\":\"integer\"}},\"required\":[\"age\"]}");
        SimulatedAnswer wrong = withQuality(Map.of("*", 0.0)).answer(Requests.schema("Extract: age 5", schema), null);
        assertThat(Requests.json(text(wrong)).has("age")).isFalse();
        SimulatedAnswer right = MODEL.answer(Requests.schema("Extract: age 5", schema), null);
        assertThat(Requests.json(text(right)).get("age").intValue()).isEqualTo(5);
    }

    @Test
    void wrongTextIsTooShortForALengthCheck() {
        SimulatedAnswer wrong = withQuality(Map.of("*", 0.0)).answer(ChatRequest.ofText("Write about dogs"), null);
        assertThat(text(wrong)).isEqualTo("[simulated weak] I do not know.");
    }

    @Test
    void tokenLimitCutsTheAnswerAndSaysSo() {
        Sampling ten = new Sampling(10, null, null, null, List.of(), null, null, null, null, null, null, null);
        SimulatedAnswer answer = MODEL.answer(Requests.sampled("Write about dogs and cats", ten), null);
        assertThat(answer.choices().get(0).finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(answer.usage().outputTokens()).isEqualTo(10);
    }

    @Test
    void stopSequenceEndsTheAnswerBeforeIt() {
        Sampling stop =
                new Sampling(null, null, null, null, List.of(" thing"), null, null, null, null, null, null, null);
        ChatReply.Choice choice = MODEL.answer(Requests.sampled("Summarise: First thing. Second.", stop), null)
                .choices()
                .get(0);
        assertThat(choice.parts()).containsExactly(new Part.Text("[simulated gpt-4o-mini] First"));
        assertThat(choice.finishReason()).isEqualTo(FinishReason.STOP_SEQUENCE);
        assertThat(choice.stopSequence()).isEqualTo(" thing");
    }

    @Test
    void callsTheToolThatThePromptNames() {
        Tool weather = new Tool(
                "get_weather",
                null,
                Requests.json(
                        "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}"),
                null);
        Tool time = new Tool("get_time", null, null, null);
        ChatReply.Choice choice = MODEL.answer(
                        Requests.tools("Use get weather for the city Berlin", null, time, weather), null)
                .choices()
                .get(0);
        assertThat(choice.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
        assertThat(choice.parts()).singleElement().satisfies(part -> {
            Part.ToolCall call = (Part.ToolCall) part;
            assertThat(call.name()).isEqualTo("get_weather");
            assertThat(call.arguments()).isEqualTo("{\"city\":\"Berlin\"}");
        });
    }

    @Test
    void callsAToolWhereItMustAndNoneWhereItMustNot() {
        Tool time = new Tool("get_time", null, null, null);
        ToolChoice required = new ToolChoice(ToolChoice.Mode.REQUIRED, null);
        ToolChoice none = new ToolChoice(ToolChoice.Mode.NONE, null);
        assertThat(MODEL.answer(Requests.tools("Hello", required, time), null)
                        .choices()
                        .get(0)
                        .finishReason())
                .isEqualTo(FinishReason.TOOL_CALLS);
        assertThat(MODEL.answer(Requests.tools("Call get_time", none, time), null)
                        .choices()
                        .get(0)
                        .finishReason())
                .isEqualTo(FinishReason.STOP);
    }

    @Test
    void answersSeveralTimesIfAsked() {
        Sampling three = new Sampling(null, null, null, null, List.of(), null, 3, null, null, null, null, null);
        SimulatedAnswer answer = MODEL.answer(Requests.sampled("Write about dogs and cats", three), null);
        assertThat(answer.choices()).extracting(ChatReply.Choice::index).containsExactly(0, 1, 2);
        assertThat(answer.choices()).extracting(ChatReply.Choice::parts).doesNotHaveDuplicates();
    }

    @Test
    void countsCachedAndReasoningTokensByTheirShares() {
        Behaviour behaviour = Behaviour.ofDefaults().toBuilder()
                .shares(new TokenShares(0.5, 0.25, 2))
                .text("one two three")
                .build();
        SimulatedAnswer answer = new SimulatedModel("m", behaviour).answer(ChatRequest.ofText("a b c d e f"), null);
        assertThat(answer.usage().inputTokens()).isEqualTo(12);
        assertThat(answer.usage().cachedInputTokens()).isEqualTo(6);
        assertThat(answer.usage().cacheWriteTokens()).isEqualTo(3);
        assertThat(answer.usage().reasoningTokens()).isEqualTo(6);
        assertThat(answer.usage().outputTokens()).isEqualTo(9);
    }

    @Test
    void freeTextHasTheLengthThatIsSet() {
        Behaviour long60 = Behaviour.ofDefaults().toBuilder().outputTokens(600).build();
        SimulatedAnswer answer =
                new SimulatedModel("m", long60).answer(ChatRequest.ofText("Write about dogs and cats"), null);
        assertThat(answer.usage().outputTokens()).isEqualTo(600);
    }
}
