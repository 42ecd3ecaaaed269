package dev.llmrouter.classify.learned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ModelFilePropertyTest {
    private static final byte[] GOOD = good();

    private static byte[] good() {
        try {
            LearnedModel model = new LearnedTrainer(TrainingSettings.ofDefaults(), what -> {})
                    .train(Texts.examples(6, 4, 1))
                    .model();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ModelFile.write(model, out);
            return out.toByteArray();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static LearnedModel read(byte[] bytes) throws Exception {
        return ModelFile.read(new ByteArrayInputStream(bytes), "model");
    }

    @Property(tries = 300)
    void aChangedByteIsRefusedOrHarmless(@ForAll @IntRange(max = 1 << 20) int at, @ForAll byte value) {
        byte[] bad = GOOD.clone();
        int position = at % bad.length;
        bad[position] = value;
        try {
            assertThat(read(bad).predict("Write a letter").confidence()).isBetween(0.0, 1.0);
        } catch (Exception e) {
            assertThat(e).isInstanceOf(ModelFormatException.class).hasMessageStartingWith("model: is ");
        }
    }

    @Property(tries = 100)
    void aCutFileIsRefused(@ForAll @IntRange(max = 1 << 20) int at) {
        assertThatThrownBy(() -> read(Arrays.copyOf(GOOD, at % GOOD.length))).isInstanceOf(ModelFormatException.class);
    }

    @Property(tries = 200)
    void randomBytesAreRefused(@ForAll byte[] bytes) {
        assertThatThrownBy(() -> read(bytes)).isInstanceOf(ModelFormatException.class);
    }

    @Property(tries = 200)
    void randomContentBehindAGoodHeadIsRefused(@ForAll byte[] content) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DataOutputStream head = new DataOutputStream(out);
        head.writeLong(ModelFile.MAGIC);
        head.writeInt(ModelFile.VERSION);
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(content);
        }
        assertThatThrownBy(() -> read(out.toByteArray())).isInstanceOf(ModelFormatException.class);
    }

    @Test
    void anotherVersionIsNamed() {
        byte[] other = GOOD.clone();
        other[11] = 9;
        assertThatThrownBy(() -> read(other)).hasMessageContaining("version 9").hasMessageContaining("Train it again");
    }
}
