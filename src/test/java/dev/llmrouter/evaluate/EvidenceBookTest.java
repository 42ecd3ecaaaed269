package dev.llmrouter.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.PolicyLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceBookTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 25);
    private static final String SMALL = "small: { provider: p,";

    @TempDir
    Path dir;

    private String policy = """
            version: 1
            owner: team
            baseline: premium
            providers:
              p: { protocol: openai, baseUrl: "http://localhost:1", apiKey: x }
            models:
              big: { provider: p, price: unknown }
              small: { provider: p, price: unknown }
            tiers:
              economy: { models: [small] }
              premium: { models: [big] }
            tasks:
              t: { tier: economy, description: Sort tickets., rationale: Simple enough., margin: 0.03 }
            """;

    /** Each list of them is another question. */
    private List<String> scorers = List.of();

    private RoutingPolicy policy() {
        Clock clock = Clock.fixed(TODAY.atStartOfDay().toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
        return PolicyLoader.builder(clock).build().load(policy, "policy.yaml");
    }

    /** @param name tells samples apart: no two are the same data */
    private Path data(String name, int n, int lost) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < n; i++) {
            lines.append("{\"task\":\"t\",\"input\":\"")
                    .append(name + " " + i)
                    .append("\",\"outputs\":{\"big\":{\"score\":1},\"small\":{\"score\":")
                    .append(i < lost ? 0 : 1)
                    .append("}}}\n");
        }
        return Files.writeString(dir.resolve(name + ".jsonl"), lines);
    }

    private EvidenceBook.Entered accept(Path data, double margin, LocalDate day) throws Exception {
        return enter(judged(data, margin), day);
    }

    private Validation judged(Path data, double margin) throws Exception {
        return judged(data, margin, Answers.RECORDED);
    }

    private Validation judged(Path data, double margin, Answers answers) throws Exception {
        Terms terms = new Terms("big", List.of("small"), margin, null);
        Map<String, Terms> tasks = Map.of("t", terms, "u", terms);
        Settings settings = new Settings(null, tasks, 0.05, Correction.HOLM, false, scorers, null, null);
        return Validation.run(data, settings, answers, task -> EvidenceFile.find(dir, task), bad -> {});
    }

    private EvidenceBook.Entered enter(Validation validation, LocalDate day) throws Exception {
        return new EvidenceBook(dir, policy(), Map.of(), "Ada", day, "test").enter(validation);
    }

    /** Each of two that ended together was judged as a first look, at six times the level of a second one. */
    @Test
    void ofTwoThatWereJudgedAsTheSameLookOneIsEntered() throws Exception {
        Path data = data("one", 200, 0);
        Validation one = judged(data, 0.03);
        String others = Files.readString(data("two", 200, 0));
        Path both = Files.writeString(dir.resolve("both.jsonl"), others + others.replace("\"t\"", "\"u\""));
        Validation two = judged(both, 0.03);
        Validation same = judged(data, 0.03);
        scorers = List.of("exact");
        Validation otherQuestion = judged(both, 0.03);
        scorers = List.of();
        assertThat(enter(one, TODAY).refused()).isEmpty();
        String before = Files.readString(EvidenceFile.path(dir, "t"));

        EvidenceBook.Entered entered = enter(two, TODAY);
        assertThat(entered.files()).isEmpty();
        assertThat(entered.refused().keySet()).containsExactlyElementsOf(two.tasks());
        assertThat(two.tasks()).extracting(TaskResult::task).containsExactly("t", "u");
        assertThat(entered.refused().values())
                .allSatisfy(why -> assertThat(why).contains("another look at task 't' was entered", "run again"));
        assertThat(EvidenceFile.path(dir, "t")).content().isEqualTo(before);
        assertThat(EvidenceFile.path(dir, "u")).doesNotExist();

        assertThat(enter(same, TODAY).refused())
                .as("the same data are the same look")
                .isEmpty();
        assertThat(enter(otherQuestion, TODAY).refused()).isEmpty();
        Validation anew = judged(both, 0.03);
        assertThat(anew.tasks()).extracting(result -> result.gate().look()).containsExactly(2, 1);
        assertThat(enter(anew, TODAY).files()).containsOnlyKeys("t", "u");
    }

    private String method(double margin, Path... files) throws Exception {
        Terms terms = new Terms("big", List.of("small"), margin, null);
        Settings settings = new Settings(null, Map.of("t", terms), 0.05, Correction.HOLM, false, scorers, null, null);
        List<Validation.Source> sources = Arrays.stream(files)
                .map(file -> new Validation.Source(file, Answers.RECORDED, bad -> {}))
                .toList();
        return Validation.run(sources, settings, task -> EvidenceFile.find(dir, task), Observer.NONE)
                .tasks()
                .get(0)
                .gate()
                .method();
    }

    @Test
    void severalFilesAreALookOfTheirOwnUnlessOneHasAllExamples() throws Exception {
        Path one = data("one", 200, 1);
        Path two = data("two", 200, 1);
        Path three = data("three", 200, 1);
        Path other = Files.writeString(
                dir.resolve("other.jsonl"), Files.readString(three).replace("\"t\"", "\"u\""));
        accept(one, 0.05, TODAY);
        assertThat(method(0.05, one, other))
                .as("no example of the task is in the other file")
                .doesNotContain("look");
        assertThat(method(0.05, other, one)).doesNotContain("look");
        accept(two, 0.05, TODAY);
        assertThat(method(0.05, one)).doesNotContain("look");
        assertThat(method(0.05, two)).endsWith("look 2");
        assertThat(method(0.05, one, two)).as("another test than each alone").endsWith("look 3");
        assertThat(method(0.05, one, three)).as("three is new").endsWith("look 3");
        assertThat(method(0.03, one, two))
                .as("a narrower margin counts for this one too")
                .endsWith("look 3");
        scorers = List.of("exact");
        assertThat(method(0.05, one, two)).as("another question").doesNotContain("look");
    }

    private Proof proof() throws Exception {
        EvidenceFile file = EvidenceFile.read(EvidenceFile.path(dir, "t"));
        assertThat(file.isIntact()).isTrue();
        return file.proof("small").orElseThrow();
    }

    @Test
    void aFallThatANewProofAnsweredIsKnownFromTheFile() throws Exception {
        accept(data("first", 200, 0), 0.05, TODAY);
        EvidenceRevocation.revoke(dir, "t", TODAY.plusDays(20), "quality fell");
        assertThat(EvidenceCheck.read(dir).answeredDrifts())
                .as("not answered yet")
                .isEmpty();
        Files.delete(dir.resolve(EvidenceLock.FILE));
        assertThat(EvidenceRevocation.revoke(dir, "t", TODAY.plusDays(20), "quality fell"))
                .isEqualTo(EvidenceRevocation.Outcome.WAS_REVOKED);
        assertThat(dir.resolve(EvidenceLock.FILE)).as("nothing to write").doesNotExist();
        accept(data("worse", 200, 100), 0.05, TODAY.plusDays(24));
        assertThat(EvidenceCheck.read(dir).answeredDrifts())
                .as("not by one that failed")
                .isEmpty();
        accept(data("mended", 600, 0), 0.05, TODAY.plusDays(26));
        assertThat(proof().isAccepted()).isTrue();
        assertThat(EvidenceCheck.read(dir).answeredDrifts())
                .containsExactly(new AnsweredDrift("t", TODAY.plusDays(20), TODAY.plusDays(26)));
    }

    @Test
    void looksAtOneQuestionAreCountedWhileAProofOfAnotherStands() throws Exception {
        accept(data("first", 200, 0), 0.03, TODAY);
        assertThat(proof().isAccepted()).isTrue();
        scorers = List.of("exact");
        for (int look = 1; look <= 4; look++) {
            accept(data("look" + look, 100, 2), 0.03, TODAY);
            assertThat(proof().scorer()).isEmpty();
        }
        accept(data("fifth", 600, 0), 0.03, TODAY);
        assertThat(proof().method()).isEqualTo("betting mixture, look 5");
        assertThat(proof().level()).isEqualTo(0.05 / 30);
        assertThat(proof().looks()).hasSize(6);
        scorers = List.of();
        accept(data("back", 600, 0), 0.03, TODAY);
        assertThat(proof().method()).isEqualTo("betting mixture, look 2");
    }

    /** The same data at the narrower margin were a first look again, and its pass counted for the wider one. */
    @Test
    void marginsAreNoQuestionsOfTheirOwn() throws Exception {
        Path first = data("first", 100, 2);
        accept(first, 0.05, TODAY);
        assertThat(method(0.04, data("second", 100, 0))).endsWith("look 2");
        assertThat(method(0.04, first)).as("the same data are the same look").doesNotContain("look");
        accept(first, 0.04, TODAY);
        assertThat(proof().looks()).hasSize(1);
    }

    /** Conditions that were tried one after the other on the same data were one look: of twenty some one passed in 24 % of cases. */
    @Test
    void otherExamplesKeptFromTheCandidateAreAnotherLook() throws Exception {
        Path data = data("one", 300, 9);
        for (int look = 1; look <= 3; look++) {
            Answers lifting = lifting(look);
            Validation judged = judged(data, 0.03, lifting);
            assertThat(judged.tasks().get(0).gate().look()).isEqualTo(look);
            enter(judged, TODAY);
            assertThat(proof().looks()).hasSize(look);
            enter(judged(data, 0.03, lifting), TODAY);
            assertThat(proof().looks()).as("the same once more").hasSize(look);
        }
        assertThat(EvidenceBook.isEntered(
                        EvidenceFile.find(dir, "t"),
                        judged(data, 0.03, lifting(2)),
                        judged(data, 0.03, lifting(2)).tasks().get(0)))
                .isTrue();
        assertThat(method(0.03, data)).as("with nothing lifted").endsWith("look 4");
    }

    /** Lifts each example of which the number is a multiple of some number above 1. */
    private static Answers lifting(int which) {
        return answers(which, null);
    }

    private static Answers of(LocalDate day) {
        return answers(Integer.MAX_VALUE - 1, day);
    }

    private static Answers answers(int which, @Nullable LocalDate oldest) {
        return new Answers() {
            @Override
            public Example fill(Example example) {
                return example;
            }

            @Override
            public @Nullable LocalDate oldest(String task) {
                return task.equals("t") ? oldest : null;
            }

            @Override
            public boolean isLifted(Example example, String candidate) {
                return example.line() % (which + 1) == 0;
            }

            @Override
            public String hash(String dataHash) {
                return dataHash;
            }
        };
    }

    /** What was entered before looks knew what was lifted is the same look, whatever is lifted now, and knows it then. */
    @Test
    void aLookOfAnOlderVersionLearnsWhatWasLifted() throws Exception {
        Path data = data("first", 100, 2);
        accept(data, 0.03, TODAY);
        Path path = EvidenceFile.path(dir, "t");
        Files.writeString(path, Files.readString(path).replaceAll(",\\s*\"lifted\" : \"\"", ""));
        EvidenceFile.of("t", EvidenceFile.read(path).models()).write(dir);
        assertThat(proof().looks()).singleElement().extracting(Look::lifted).isNull();
        enter(judged(data, 0.03, lifting(1)), TODAY);
        assertThat(proof().looks()).singleElement().extracting(Look::lifted).isNotNull();
        enter(judged(data, 0.03, lifting(2)), TODAY);
        assertThat(proof().looks()).hasSize(2);
    }

    @Test
    void whatDriftRevokedIsNotRenewedByTheSameAnswers() throws Exception {
        Path old = data("old", 200, 0);
        assertThat(accept(old, 0.03, TODAY).refused()).isEmpty();
        EvidenceRevocation.revoke(dir, "t", TODAY.plusDays(2), "quality has fallen");
        EvidenceBook.Entered entered = accept(old, 0.03, TODAY.plusDays(3));
        assertThat(entered.refused().values()).singleElement().asString().contains("drift", "validate --fresh");
        assertThat(proof().acceptance()).isEqualTo(EvidenceRevocation.DRIFT);
        accept(data("few", 50, 0), 0.03, TODAY.plusDays(3)); // settles nothing
        assertThat(proof().acceptance()).isEqualTo(EvidenceRevocation.DRIFT);
        assertThat(proof().looks()).hasSize(2);
        assertThat(accept(old, 0.03, TODAY.plusDays(3)).refused()).hasSize(1);
        assertThat(accept(old, 0.04, TODAY.plusDays(3)).refused())
                .as("another margin")
                .hasSize(1);
        assertThat(accept(data("new", 600, 0), 0.03, TODAY.plusDays(4)).refused())
                .isEmpty();
        assertThat(proof().isAccepted()).isTrue();
    }

    /** It was forgotten, and pairs of live traffic from before it opened the route. */
    @Test
    void aFailureStandsUntilALookSettlesOtherwise() throws Exception {
        accept(data("worse", 200, 100), 0.03, TODAY);
        Proof failed = proof();
        assertThat(failed.acceptance()).isEqualTo("failed");
        Path few = data("few", 50, 0);
        for (int i = 0; i < 2; i++) {
            EvidenceBook.Entered entered = accept(few, 0.03, TODAY.plusDays(1));
            assertThat(entered.stayed().values()).as("what the file says").containsExactly("failed");
        }
        assertThat(proof().isRefused()).isTrue();
        assertThat(proof().dataHash()).isEqualTo(failed.dataHash());
        assertThat(proof().accepted()).as("pairs of before it").isEqualTo(TODAY.toString());
        assertThat(proof().looks()).as("each data set once").hasSize(2);
        assertThat(accept(data("mended", 900, 0), 0.03, TODAY.plusDays(2)).stayed())
                .isEmpty();
        assertThat(proof().isAccepted()).isTrue();
        assertThat(proof().method()).endsWith("look 3");
    }

    @Test
    void answersOfAfterARevocationAreNotSpentByIt() throws Exception {
        accept(data("old", 200, 0), 0.03, TODAY);
        EvidenceRevocation.revoke(dir, "t", TODAY.plusDays(2), "quality has fallen");
        Path few = data("few", 50, 0);
        accept(few, 0.03, TODAY.plusDays(3));
        assertThat(proof().acceptance()).isEqualTo(EvidenceRevocation.DRIFT);
        assertThat(accept(few, 0.2, TODAY.plusDays(4)).refused()).isEmpty();
        assertThat(proof().isAccepted()).as("at another margin").isTrue();
    }

    @Test
    void lookingAgainAtTheSameAnswersMovesNoExpiry() throws Exception {
        Path old = data("old", 200, 0);
        accept(old, 0.03, TODAY);
        accept(old, 0.03, TODAY.plusDays(60));
        assertThat(proof().accepted()).isEqualTo(TODAY.plusDays(60).toString());
        assertThat(proof().lastDay()).isEqualTo(TODAY.plusDays(90));
        assertThat(accept(old, 0.03, TODAY.plusDays(91)).refused().values())
                .singleElement()
                .asString()
                .contains("first looked at on " + TODAY, "new examples");
        assertThat(proof().lastDay()).isEqualTo(TODAY.plusDays(90));
    }

    /** A journal's old answers proved something for 90 days from the day on which somebody accepted them. */
    @Test
    void aProofIsNoYoungerThanItsOldestAnswer() throws Exception {
        Path data = data("old", 300, 0);
        enter(judged(data, 0.03, of(TODAY.minusDays(40))), TODAY);
        assertThat(proof().isAccepted()).isTrue();
        assertThat(proof().lastDay()).isEqualTo(TODAY.plusDays(50));
        Validation later = SpentData.marked(
                judged(data("older", 300, 0), 0.03, of(TODAY.minusDays(91))),
                task -> EvidenceFile.find(dir, task),
                policy(),
                TODAY);
        assertThat(later.tasks().get(0).spent()).contains("oldest of these answers is of " + TODAY.minusDays(91));
        assertThat(enter(later, TODAY).refused()).hasSize(1);
    }

    /** Its look came from an older version, which did not know the days of answers; accepted again it was out of reach of the fall. */
    @Test
    void aFallRevokesWhatAnOlderVersionLookedAtToo() throws Exception {
        Path data = data("old", 300, 0);
        accept(data, 0.03, TODAY.minusDays(4)); // the day of its answers is not known
        enter(judged(data, 0.03, of(TODAY.minusDays(5))), TODAY);
        assertThat(proof().looks())
                .singleElement()
                .extracting(Look::answeredSince)
                .isEqualTo(TODAY.minusDays(5).toString());
        assertThat(EvidenceRevocation.revoke(dir, "t", TODAY.minusDays(3), "quality has fallen"))
                .isEqualTo(EvidenceRevocation.Outcome.REVOKED);
    }

    /** Where nothing stood there nobody looked how old they are. */
    @Test
    void tooOldAnswersAreNoFirstProofEither() throws Exception {
        String lines = Files.readString(data("old", 300, 0));
        Path both = Files.writeString(dir.resolve("both.jsonl"), lines + lines.replace("\"t\"", "\"u\""));
        Validation judged = SpentData.marked(
                judged(both, 0.03, of(TODAY.minusDays(91))), task -> EvidenceFile.find(dir, task), policy(), TODAY);
        assertThat(judged.passed()).isFalse();
        EvidenceBook.Entered entered = enter(judged, TODAY);
        assertThat(entered.refused()).hasSize(1);
        assertThat(EvidenceFile.path(dir, "t")).doesNotExist();
        assertThat(entered.files()).as("of each task by itself").containsOnlyKeys("u");
    }

    /** It was accepted after quality had begun to fall, with answers of before: the fall did not revoke it, and revoked, other lines beside them renewed it. */
    @Test
    void aFallRevokesWhatStandsOnAnswersOfBeforeIt() throws Exception {
        LocalDate since = TODAY.minusDays(3);
        enter(judged(data("old", 300, 0), 0.03, of(TODAY.minusDays(5))), TODAY);
        assertThat(EvidenceRevocation.revoke(dir, "t", since, "quality has fallen"))
                .isEqualTo(EvidenceRevocation.Outcome.REVOKED);
        Path more = data("more", 900, 0);
        assertThat(enter(judged(more, 0.03, of(since)), TODAY).refused().values())
                .singleElement()
                .asString()
                .contains("oldest of these answers is of " + since, "fallen since " + since, "validate --fresh");
        assertThat(enter(judged(more, 0.03, of(since.plusDays(1))), TODAY).refused())
                .isEmpty();
        assertThat(proof().isAccepted()).isTrue();
        assertThat(EvidenceRevocation.revoke(dir, "t", since, "quality has fallen"))
                .isEqualTo(EvidenceRevocation.Outcome.VALIDATED_SINCE);
    }

    @Test
    void answersOfTheOldModelProveNothingAboutTheOneBehindItsName() throws Exception {
        Path old = data("old", 200, 0);
        accept(old, 0.03, TODAY);
        policy = policy.replace(SMALL, SMALL + " id: small-2,");
        assertThat(accept(old, 0.03, TODAY).refused().values())
                .singleElement()
                .asString()
                .contains("'small' was p/small", "now it is p/small-2");
        assertThat(proof().modelVersion()).isEqualTo("p/small");
        assertThat(accept(data("new", 600, 0), 0.03, TODAY).refused()).isEmpty();
        assertThat(proof().modelVersion()).isEqualTo("p/small-2");
    }

    /** Files of before looks had questions are read as they are, and their looks count as those of the proof's question. */
    @Test
    void aFileOfBeforeLooksHadQuestionsIsStillRead() throws Exception {
        accept(data("first", 100, 2), 0.03, TODAY);
        Path path = EvidenceFile.path(dir, "t");
        String text = Files.readString(path)
                .replaceAll(",\\s*\"(question|lifted|answeredSince|versions)\" : (\"[^\"]*\"|\\{[^}]*})", "");
        Files.writeString(path, text);
        EvidenceFile old = EvidenceFile.read(path);
        EvidenceFile.of("t", old.models()).write(dir);
        JsonNode look = new ObjectMapper().readTree(path.toFile()).at("/models/0/looks/0");
        assertThat(look.fieldNames()).toIterable().containsExactly("date", "dataHash", "n", "verdict", "method");
        accept(data("second", 600, 0), 0.03, TODAY);
        assertThat(proof().method()).isEqualTo("betting mixture, look 2");
    }

    /** The files of other tasks were written already when one had too long a name. */
    @Test
    void aTaskWhoseNameIsTooLongForAFileIsSaid() {
        EvidenceFile.requireName("t".repeat(250));
        assertThatThrownBy(() -> EvidenceFile.requireName("t".repeat(251)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("No evidence was written")
                .hasMessageContaining("256 bytes");
    }
}
