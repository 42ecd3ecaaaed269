package dev.llmrouter.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.evaluate.Correction;
import dev.llmrouter.evaluate.Settings;
import dev.llmrouter.evaluate.Terms;
import dev.llmrouter.evaluate.Validation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Issue 13, D7: what a reader finds in the report, and where. */
class ValidationHtmlTest {
    @TempDir
    Path dir;

    private String page() throws Exception {
        return page(List.of("small", "tiny"));
    }

    /** Of three tasks; the data of one have a fault. */
    private String page(List<String> candidates) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int task = 0; task < 3; task++) {
            for (int i = 0; i < 200; i++) {
                String input = task == 1 ? "the same" : "input " + i;
                lines.append(
                        "{\"task\":\"t" + task + "\",\"input\":\"" + input + "\",\"outputs\":{\"big\":{\"score\":1,"
                                + "\"cost_usd\":0.01},\"small\":{\"score\":1,\"cost_usd\":0.001},\"tiny\":{\"score\":"
                                + (i % 3 == 0 ? 0 : 1) + ",\"cost_usd\":0.02}}}\n");
            }
        }
        Path file = Files.writeString(dir.resolve("d.jsonl"), lines);
        Terms terms = new Terms("big", candidates, 0.03, 0.01);
        Settings settings = new Settings(terms, Map.of(), 0.05, Correction.HOLM, false, List.of(), 1000, null);
        return ValidationHtml.render(Validation.run(file, settings, bad -> {}), LocalDate.of(2026, 11, 25));
    }

    private static int count(String text, String part) {
        return (int)
                Pattern.compile(Pattern.quote(part)).matcher(text).results().count();
    }

    @Test
    void theHeadingCountsWhatIsGreen() throws Exception {
        String page = page();
        assertThat(page).contains("<h1>2 of 6 may take the cheaper model</h1>");
        String table = page.substring(page.indexOf("<table>"), page.indexOf("</table>"));
        assertThat(count(table, "tag pass")).isEqualTo(2);
        assertThat(count(table, "<td>small</td>")).isEqualTo(3);
        assertThat(count(table, "<td>tiny</td>")).isEqualTo(3);
        assertThat(count(page, "<circle") - count(page, "class=\"baseline\"/><circle"))
                .isPositive();
    }

    @Test
    void moneyComesFirstAndDoubtsStandAboveTheVerdict() throws Exception {
        String page = page();
        assertThat(page)
                .contains("Accepted routes save $18 a day in all", "2026-11-25", "600 examples", "intervals of 90 %");
        assertThat(page.indexOf("Accepted routes save")).isLessThan(page.indexOf("Difference in quality"));
        assertThat(page.indexOf("t1, small: fault"))
                .isPositive()
                .isLessThan(page.indexOf("t1: small for big</summary>"));
    }

    @Test
    void aDoubtStandsOnceAboveTheFirstVerdictThatItWeakens() throws Exception {
        String all = page(List.of("small"));
        assertThat(count(all, "t1, small: fault")).isEqualTo(1);
        assertThat(all.indexOf("t1, small: fault"))
                .isLessThan(all.indexOf("Difference in quality"))
                .isLessThan(all.indexOf("t1: small for big"));
        assertThat(count(page(), "t1, small: fault")).isEqualTo(1);
    }

    /** The hash of the data made the page wider than a phone. */
    @Test
    void longWordsOfAParagraphBreak() throws Exception {
        assertThat(page()).contains("SHA-256").containsPattern("[}\n]p,[^{]*\\{overflow-wrap:anywhere}");
    }

    @Test
    void itPrintsOpenAndFitsAPhone() throws Exception {
        String page = page();
        assertThat(page).contains("details::details-content{content-visibility:visible", "viewBox=\"0 0 360 ");
        assertThat(page).doesNotContain("min-width:520px", "NaN", "http");
        assertThat(page).contains("points, candidate minus baseline", ">+20<");
    }
}
