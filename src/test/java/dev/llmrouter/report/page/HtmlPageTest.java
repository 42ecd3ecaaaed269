package dev.llmrouter.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HtmlPageTest {
    /** A reason was squeezed to a few characters a line on a phone, and a row was higher than the screen. */
    @Test
    void aColumnOfSentencesKeepsRoomForThem() {
        String reason = "The text is there; the model only shortens it.";

        String page = HtmlPage.write(
                "Routing", List.of(new Block.Table(List.of("Task", "Why"), List.of(List.of("summary", reason)))));

        assertThat(page)
                .contains("<td>summary</td><td class=\"words\">" + reason + "</td>")
                .contains("td.words{min-width:16rem}");
    }
}
