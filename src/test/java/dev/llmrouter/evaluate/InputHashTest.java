package dev.llmrouter.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.chat.FinishReason;
import dev.llmrouter.chat.Part;
import dev.llmrouter.policy.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InputHashTest {
    private static String hash(Dialect.Name dialect, String body) throws Exception {
        return InputHash.of(request(dialect, body), null).hash();
    }

    private static ChatRequest request(Dialect.Name dialect, String body) throws Exception {
        return new Dialects(Clock.systemUTC())
                .caller(dialect)
                .parseRequest(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), Limits.ofDefaults());
    }

    private static ChatReply says(Part... parts) {
        return new ChatReply(
                "",
                "m",
                0,
                List.of(new ChatReply.Choice(0, List.of(parts), FinishReason.STOP, null, null)),
                null,
                null,
                null);
    }

    /** As the ledger keeps a request and what it was answered. */
    private static Set<String> compared(ChatRequest request, Part... answer) {
        return Set.copyOf(InputHash.both(InputHash.of(request, says(answer)).kept()));
    }

    private static String asked(String text) throws Exception {
        return hash(Dialect.Name.OPENAI, "{'model':'auto','messages':[{'role':'user','content':'" + text + "'}]}");
    }

    private static String shown(String base64) throws Exception {
        return hash(
                Dialect.Name.OPENAI,
                "{'model':'auto','messages':[{'role':'user','content':[{'type':'text','text':'What is it?'},"
                        + "{'type':'image_url','image_url':{'url':'data:image/png;base64," + base64 + "'}}]}]}");
    }

    @Test
    void theSameQuestionIsTheSameHoweverItIsWritten() throws Exception {
        assertThat(asked("Which queue?"))
                .hasSize(32)
                .isEqualTo(asked("which  queue"))
                .isEqualTo(hash(
                        Dialect.Name.ANTHROPIC,
                        "{'model':'auto','max_tokens':9,'messages':[{'role':'user','content':'Which queue?'}]}"));
    }

    @Test
    void anotherWordTurnOrSystemPromptIsAnotherInput() throws Exception {
        assertThat(asked("Which queue?")).isNotEqualTo(asked("Which queues?"));
        assertThat(asked("b"))
                .isNotEqualTo(hash(
                        Dialect.Name.OPENAI,
                        "{'model':'auto','messages':[{'role':'system','content':'a'},{'role':'user','content':'b'}]}"))
                .isNotEqualTo(hash(
                        Dialect.Name.OPENAI,
                        "{'model':'auto','messages':[{'role':'user','content':'b'},{'role':'assistant','content':'c'},"
                                + "{'role':'user','content':'b'}]}"));
    }

    private static ChatRequest chat(String messages) throws Exception {
        return request(Dialect.Name.OPENAI, "{'model':'auto','messages':[" + messages + "]}");
    }

    @Test
    void aLaterTurnKnowsTheTurnsBeforeIt() throws Exception {
        String first = "{'role':'system','content':'Be brief.'},{'role':'user','content':'Which queue?'}";
        String second = first + ",{'role':'assistant','content':'In.'},{'role':'user','content':'And then?'}";
        String third = second + ",{'role':'assistant','content':'Out.'},{'role':'user','content':'Why?'}";
        InputHash last = InputHash.of(chat(third), null);
        assertThat(InputHash.of(chat(first), null).earlier()).isEmpty();
        assertThat(last.earlier()).hasSize(2);
        assertThat(last.continues(compared(chat(first), new Part.Text("in")))).isTrue();
        assertThat(last.continues(compared(chat(second), new Part.Text("Out."))))
                .isTrue();
        assertThat(last.continues(compared(chat(second), new Part.Text("Ou"), new Part.Text("t."))))
                .as("in two blocks")
                .isTrue();
        assertThat(last.isAmong(Set.of(last.hash()))).isTrue();
        assertThat(last.continues(Set.of(last.hash()))).isFalse();
        // Anthropic's form of the same conversation
        ChatRequest same = request(
                Dialect.Name.ANTHROPIC,
                "{'model':'auto','max_tokens':9,'system':'Be brief.','messages':["
                        + second.substring(second.indexOf("{'role':'user'")) + "]}");
        assertThat(InputHash.of(same, null).continues(compared(chat(first), new Part.Text("In."))))
                .isTrue();
    }

    /** Chats that begin alike, agents with a fixed first message, and examples in a prompt: one of them would have been compared, and no other. */
    @Test
    void conversationsThatBeginAlikeAreOthersOnceTheyAreAnsweredOtherwise() throws Exception {
        String begin = "{'role':'user','content':'Begin.'}";
        InputHash second = InputHash.of(
                chat(begin + ",{'role':'assistant','content':'Ticket 9002?'},{'role':'user','content':'Yes.'}"), null);
        assertThat(second.isAmong(compared(chat(begin), new Part.Text("Ticket 4711?"))))
                .isFalse();
        assertThat(second.isAmong(Set.of(InputHash.of(chat(begin), null).kept())))
                .as("nobody knows what it was answered")
                .isFalse();
    }

    /** The steps of an agent: its first request asks with the tools that the others have, too. */
    @Test
    void theStepsOfAnAgentAreTurnsOfOneConversation() throws Exception {
        String tools = "],'tools':[{'type':'function','function':{'name':'add','parameters':{'type':'object'}}}]}";
        String first = "{'model':'auto','messages':[{'role':'user','content':'Sum up.'}";
        String second =
                first + ",{'role':'assistant','content':null,'tool_calls':[{'id':'c','type':'function','function':"
                        + "{'name':'add','arguments':'{}'}}]},{'role':'tool','tool_call_id':'c','content':'3'}";
        ChatRequest step = request(Dialect.Name.OPENAI, second + tools);
        Part[] call = step.messages().get(1).parts().toArray(Part[]::new);
        Set<String> asked = compared(request(Dialect.Name.OPENAI, first + tools), call);
        assertThat(InputHash.of(step, null).continues(asked)).isTrue();
        ChatRequest spaced = request(Dialect.Name.OPENAI, second.replace("{}", "{ }") + tools);
        assertThat(InputHash.of(spaced, null).continues(asked)).isTrue();
        assertThat(InputHash.of(request(Dialect.Name.OPENAI, second + "]}"), null)
                        .continues(asked))
                .isFalse();
    }

    @Test
    void whatIsKeptTellsBoth() throws Exception {
        InputHash asked = InputHash.of(chat("{'role':'user','content':'a'}"), says(new Part.Text("b")));
        assertThat(InputHash.request(asked.kept())).isEqualTo(asked.hash());
        assertThat(InputHash.both(asked.kept())).containsExactly(asked.hash(), asked.answered());
        assertThat(InputHash.both(asked.hash())).containsExactly(asked.hash());
    }

    @Test
    void imagesAreToldApartThoughNoTextShowsThem() throws Exception {
        assertThat(shown("aGk=")).isEqualTo(shown("aGk=")).isNotEqualTo(shown("aG8="));
    }

    @Test
    void longTextsCountAsTheyAre() throws Exception {
        String text = "word ".repeat(20_000);
        assertThat(asked(text)).isEqualTo(asked(text)).isNotEqualTo(asked(text + "x"));
    }
}
