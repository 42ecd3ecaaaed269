package dev.llmrouter.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.policy.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InputHashTest {
    private static String hash(Dialect.Name dialect, String body) throws Exception {
        return input(dialect, body).hash();
    }

    private static InputHash input(Dialect.Name dialect, String body) throws Exception {
        return InputHash.of(new Dialects(Clock.systemUTC())
                .caller(dialect)
                .parseRequest(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), Limits.ofDefaults()));
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

    private static InputHash chat(String messages) throws Exception {
        return input(Dialect.Name.OPENAI, "{'model':'auto','messages':[" + messages + "]}");
    }

    @Test
    void aLaterTurnKnowsTheTurnsBeforeIt() throws Exception {
        String first = "{'role':'system','content':'Be brief.'},{'role':'user','content':'Which queue?'}";
        String second = first + ",{'role':'assistant','content':'In.'},{'role':'user','content':'And then?'}";
        String third = second + ",{'role':'assistant','content':'Out.'},{'role':'user','content':'Why?'}";
        InputHash last = chat(third);
        assertThat(chat(first).earlier()).isEmpty();
        assertThat(last.earlier())
                .containsExactlyInAnyOrder(chat(first).hash(), chat(second).hash());
        assertThat(last.continues(Set.of(chat(second).hash()))).isTrue();
        assertThat(last.isAmong(Set.of(last.hash()))).isTrue();
        assertThat(last.continues(Set.of(last.hash()))).isFalse();
        assertThat(chat(third.replace("Which", "What"))
                        .isAmong(Set.of(chat(first).hash())))
                .isFalse();
        // Anthropic's form of the same conversation
        assertThat(input(
                                Dialect.Name.ANTHROPIC,
                                "{'model':'auto','max_tokens':9,'system':'Be brief.','messages':["
                                        + second.substring(second.indexOf("{'role':'user'")) + "]}")
                        .continues(Set.of(chat(first).hash())))
                .isTrue();
    }

    /** The steps of an agent: its first request asks with the tools that the others have, too. */
    @Test
    void theStepsOfAnAgentAreTurnsOfOneConversation() throws Exception {
        String tools = "],'tools':[{'type':'function','function':{'name':'add','parameters':{'type':'object'}}}]}";
        String first = "{'model':'auto','messages':[{'role':'user','content':'Sum up.'}";
        String second =
                first + ",{'role':'assistant','content':null,'tool_calls':[{'id':'c','type':'function','function':"
                        + "{'name':'add','arguments':'{}'}}]},{'role':'tool','tool_call_id':'c','content':'3'}";
        InputHash asked = input(Dialect.Name.OPENAI, first + tools);
        assertThat(input(Dialect.Name.OPENAI, second + tools).continues(Set.of(asked.hash())))
                .isTrue();
        assertThat(input(Dialect.Name.OPENAI, second + "]}").continues(Set.of(asked.hash())))
                .isFalse();
        assertThat(chat("{'role':'user','content':'Sum up.'}").hash()).isNotEqualTo(asked.hash());
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
