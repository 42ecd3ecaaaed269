package dev.llmrouter.evaluate.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.evaluate.Example;
import dev.llmrouter.evaluate.ExampleReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgeControlsTest {
    @TempDir
    Path dir;

    private List<Example> examples(int n) throws Exception {
        Path file = dir.resolve("data.jsonl");
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            lines.add("{\"task\":\"t\",\"input\":\"question " + i + "\"}");
        }
        Files.write(file, lines);
        List<Example> all = new ArrayList<>();
        try (ExampleReader reader = new ExampleReader(file, bad -> {})) {
            reader.forEachRemaining(all::add);
        }
        return all;
    }

    @Test
    void tasksThatTakeTurnsHaveTheirShareOfControlQuestions() throws Exception {
        List<Example> examples = examples(1500);
        for (int tasks = 1; tasks <= 30; tasks++) {
            for (int task = 0; task < tasks; task++) {
                int asked = 0;
                int all = 0;
                for (int i = task; i < examples.size(); i += tasks) {
                    all++;
                    asked += JudgeControls.isAsked(examples.get(i), "big", "small") ? 1 : 0;
                }
                assertThat(asked)
                        .as(
                                "task %d of %d that take turns, of %d examples: two wrong ones are a fault",
                                task, tasks, all)
                        .isBetween(2, 2 + all / 3);
            }
        }
    }

    @Test
    void oneMayBeWrongAndAFifthOfMany() throws Exception {
        List<Example> examples = examples(20);
        Path file = Path.of("tickets.jsonl");
        JudgeControls controls = new JudgeControls();
        controls.add(file, examples.get(0), false);
        assertThat(controls.faults("t")).isEmpty();
        controls.add(file, examples.get(1), null);
        assertThat(controls.faults("t")).singleElement().asString().contains("in 2 of 2 control questions");
        for (int i = 2; i < 10; i++) {
            controls.add(file, examples.get(i), true);
        }
        assertThat(controls.faults("t")).isEmpty();
        controls.add(file, examples.get(9), false);
        assertThat(controls.faults("t")).as("each example counts once").isEmpty();
        controls.add(Path.of("others.jsonl"), examples.get(9), null); // another one in the same place
        assertThat(controls.faults("t")).singleElement().asString().contains("in 3 of 11 control questions");
    }
}
