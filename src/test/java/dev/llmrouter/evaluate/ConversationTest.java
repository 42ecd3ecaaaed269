package dev.llmrouter.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.policy.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a judge is shown of a request, whether it is live or a line of a data set. */
class ConversationTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Conversation live(Dialect.Name dialect, String body) throws Exception {
        ChatRequest request = new Dialects(Clock.systemUTC())
                .caller(dialect)
                .parseRequest(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), Limits.ofDefaults());
        return Conversation.of(request);
    }

    private static Conversation line(String input) throws Exception {
        JsonNode node = JSON.readTree(input.replace('\'', '"'));
        return ConversationReader.of(node, node.isTextual() ? node.textValue() : "");
    }

    @Test
    void oneQuestionIsShownAsItIs() throws Exception {
        String body =
                "{'model':'auto','messages':[{'role':'system','content':'Be short.'},{'role':'user','content':'Why?'}]}";
        assertThat(line("'Why?'").text()).isEqualTo("Why?");
        assertThat(line(body)).isEqualTo(new Conversation("Be short.\nWhy?", Set.of()));
        assertThat(live(Dialect.Name.OPENAI, body)).isEqualTo(line(body));
    }

    private static final String OPENAI = """
            {'model':'auto','messages':[
              {'role':'system','content':'Be short.'},
              {'role':'user','content':'My order is 4711.'},
              {'role':'assistant','content':'I look.','tool_calls':[
                {'id':'c1','type':'function','function':{'name':'find','arguments':'{}'}}]},
              {'role':'tool','tool_call_id':'c1','content':'sent on Monday'},
              {'role':'user','content':'And where is it?'}],
             'tools':[{'type':'function','function':{'name':'find','description':'Finds an order.','parameters':{'type':'object'}}}]}""";

    private static final String ANTHROPIC = """
            {'model':'auto','max_tokens':9,'system':'Be short.','messages':[
              {'role':'user','content':'My order is 4711.'},
              {'role':'assistant','content':[{'type':'text','text':'I look.'},
                {'type':'tool_use','id':'c1','name':'find','input':{}}]},
              {'role':'user','content':[{'type':'tool_result','tool_use_id':'c1','content':'sent on Monday'},
                {'type':'text','text':'And where is it?'}]}],
             'tools':[{'name':'find','description':'Finds an order.','input_schema':{'type':'object'}}]}""";

    private static final String GEMINI = """
            {'systemInstruction':{'parts':[{'text':'Be short.'}]},'contents':[
              {'role':'user','parts':[{'text':'My order is 4711.'}]},
              {'role':'model','parts':[{'text':'I look.'},{'functionCall':{'name':'find','args':{}}}]},
              {'role':'user','parts':[{'functionResponse':{'name':'find','response':{'said':'sent on Monday'}}}]},
              {'role':'user','parts':[{'text':'And where is it?'}]}],
             'tools':[{'functionDeclarations':[{'name':'find','description':'Finds an order.','parameters':{'type':'object'}}]}]}""";

    @Test
    void turnsAndToolsAreShownInTheirOrder() throws Exception {
        for (Conversation shown : new Conversation[] {
            live(Dialect.Name.OPENAI, OPENAI),
            live(Dialect.Name.ANTHROPIC, ANTHROPIC),
            line(OPENAI),
            line(ANTHROPIC),
            line(GEMINI)
        }) {
            assertThat(shown.text())
                    .containsSubsequence(
                            "SYSTEM:\nBe short.",
                            "USER:\nMy order is 4711.",
                            "ASSISTANT:\nI look.\n[calls the tool find with {}]",
                            "[the tool answers:]",
                            "sent on Monday",
                            "And where is it?",
                            "[may call the tool find: Finds an order., arguments {\"type\":\"object\"}]");
            assertThat(shown.unseen()).isEmpty();
        }
        assertThat(line(OPENAI)).isEqualTo(live(Dialect.Name.OPENAI, OPENAI));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OPENAI|{'type':'image_url','image_url':{'url':'data:image/png;base64,AAAA'}}|image",
                "OPENAI|{'type':'input_audio','input_audio':{'data':'AAAA','format':'wav'}}|audio",
                "OPENAI|{'type':'file','file':{'filename':'a.pdf','file_data':'data:application/pdf;base64,AAAA'}}|document",
                "ANTHROPIC|{'type':'image','source':{'type':'base64','media_type':'image/png','data':'AAAA'}}|image",
                "ANTHROPIC|{'type':'document','source':{'type':'base64','media_type':'application/pdf','data':'AAAA'}}|document"
            })
    void whatIsNoTextIsNamedAndNotShown(Dialect.Name dialect, String part, String kind) throws Exception {
        String body =
                "{'model':'auto','max_tokens':9,'messages':[{'role':'user','content':[{'type':'text','text':'What is it?'},"
                        + part + "]}]}";
        for (Conversation shown : new Conversation[] {live(dialect, body), line(body)}) {
            assertThat(shown.unseen()).containsExactly(kind);
            assertThat(shown.text())
                    .contains("What is it?", "[" + kind + ", not shown]")
                    .doesNotContain("AAAA");
        }
    }
}
