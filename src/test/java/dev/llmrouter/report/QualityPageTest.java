package dev.llmrouter.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.classify.learned.Quality;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class QualityPageTest {
    /** Least contrast of text. Source: WCAG 2.2, success criterion 1.4.3, read 2026-11-28. */
    private static final double READABLE = 4.5;

    private static final Pattern CELL = Pattern.compile("rgba\\((\\d+),(\\d+),(\\d+),([\\d.]+)\\)\">(\\d+)<");
    private static final Pattern BODY = Pattern.compile("body\\{[^}]*}");

    private static String page() {
        List<Quality.Outcome> outcomes = new ArrayList<>(Collections.nCopies(60, new Quality.Outcome(0, 0, 0.9)));
        outcomes.addAll(Collections.nCopies(40, new Quality.Outcome(1, 0, 0.6)));
        return QualityPage.of(
                "m",
                new Quality(
                        List.of("a", "b"),
                        new int[][] {{60, 0}, {40, 0}},
                        outcomes,
                        0.5,
                        List.of(new Quality.Point(10, 0.5, 100), new Quality.Point(20, 0.6, 100)),
                        new Quality.Noisy(0, 0, 0),
                        100,
                        5,
                        Map.of()));
    }

    private static double[] colour(String style, String property) {
        Matcher found = Pattern.compile("[{;]" + property + ":#([0-9a-f]{3,6})").matcher(style);
        assertThat(found.find()).as(style).isTrue();
        String hex = found.group(1).length() == 3 ? found.group(1).replaceAll(".", "$0$0") : found.group(1);
        return new double[] {
            Integer.parseInt(hex, 0, 2, 16), Integer.parseInt(hex, 2, 4, 16), Integer.parseInt(hex, 4, 6, 16)
        };
    }

    /** Relative luminance of sRGB. Source: WCAG 2.2, definitions, read 2026-11-28. */
    private static double luminance(double[] rgb) {
        double[] weights = {0.2126, 0.7152, 0.0722};
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            double value = rgb[i] / 255;
            sum += weights[i] * (value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4));
        }
        return sum;
    }

    private static double contrast(double[] one, double[] other) {
        double a = luminance(one) + 0.05;
        double b = luminance(other) + 0.05;
        return Math.max(a, b) / Math.min(a, b);
    }

    /** The figures of a task that is always found, or always missed, were dark on dark. */
    @Test
    void figuresOfTheMatrixAreReadableLightAndDark() {
        String page = page();
        Matcher body = BODY.matcher(page);
        int themes = 0;
        while (body.find()) {
            double[] ink = colour(body.group(), "color");
            double[] paper = colour(body.group(), "background");
            int cells = 0;
            Matcher cell = CELL.matcher(page);
            while (cell.find()) {
                double share = Double.parseDouble(cell.group(4));
                double[] mixed = new double[3];
                for (int i = 0; i < 3; i++) {
                    mixed[i] = share * Integer.parseInt(cell.group(i + 1)) + (1 - share) * paper[i];
                }
                assertThat(contrast(ink, mixed)).as(cell.group()).isGreaterThanOrEqualTo(READABLE);
                cells++;
            }
            assertThat(cells).isEqualTo(2);
            themes++;
        }
        assertThat(themes).as("light and dark").isEqualTo(2);
    }
}
