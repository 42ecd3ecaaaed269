package dev.llmrouter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeclinedOutputTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "I'm sorry, but I can't help with that.",
                "I\u2019m sorry, but I can\u2019t assist with that request.",
                "  Sorry, I cannot provide medical advice.",
                "I cannot answer this question.",
                "I'm really sorry, but I'm unable to help you here.",
                "I am unable to generate that.",
                "Unfortunately, I am not able to fulfil this request.",
                "I apologize, but I won't write that.",
                "As an AI language model, I have no opinions.",
                "Es tut mir leid, aber ich kann Ihnen dabei nicht helfen.",
                "Es tut mir leid, aber dabei kann ich nicht helfen.",
                "Leider kann ich diese Anfrage nicht beantworten.",
                "D\u00E9sol\u00E9, je ne peux pas vous aider avec cela.",
                "Lo siento, pero no puedo ayudar con eso."
            })
    void anOpeningOfARefusalIsOne(String output) {
        assertThat(DeclinedOutput.opens(output)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "billing",
                "I am sorry for the delay. Your parcel arrives on Monday.",
                "Unfortunately, the parcel was lost. We will send another.",
                "The assistant said: I'm sorry, but I can't help with that.",
                "I can help with that: first open the lid.",
                "As an aid to memory, write it down.",
                "Leider kann ich am Montag nicht kommen.",
                "I cannot recommend this kettle highly enough.",
                "{\"answer\": \"I can't help with that\"}"
            })
    void otherTextsAreNot(String output) {
        assertThat(DeclinedOutput.opens(output)).isFalse();
    }
}
