package dev.llmrouter.classify.gate;

import dev.llmrouter.classify.learned.ModelFormatException;
import dev.llmrouter.classify.learned.PartFile;
import dev.llmrouter.classify.learned.TextModel;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Keeps a {@link DifficultyGate} in one file: the letters "LLMRGATE" and the version, then gzip of the gate. The same gate
 * gives the same bytes. The threshold that was asked for in training stands in it with its statement.
 */
public final class GateFile {
    static final long MAGIC = 0x4C4C4D5247415445L;
    static final int VERSION = 4;

    /** Oldest version that is read; it does not say what the gate has learned from. */
    private static final int OLDEST = 2;

    /** Last version in which the task was one label among those of the signs. */
    private static final int ONE_TASK_LABEL = 3;

    private static final int MAX_CALIBRATION = 5_000_000;

    private GateFile() {}

    /** A gate with the threshold that was proved when it was made. */
    public record Kept(DifficultyGate gate, GateThreshold threshold) {}

    /** Writes beside the target and then moves it there, so that a reader never sees half a file. */
    public static void write(Kept kept, Path target) throws IOException {
        PartFile.write(target, out -> write(kept, out));
    }

    static void write(Kept kept, OutputStream target) throws IOException {
        DataOutputStream head = new DataOutputStream(target);
        head.writeLong(MAGIC);
        head.writeInt(VERSION);
        head.flush();
        GZIPOutputStream zip = new GZIPOutputStream(target, 1 << 16);
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(zip, 1 << 16));
        DifficultyGate gate = kept.gate();
        out.writeUTF(gate.id());
        out.writeUTF(gate.weak());
        out.writeUTF(gate.strong());
        writeThreshold(kept.threshold(), out);
        gate.text().write(out);
        out.writeDouble(gate.meanGain());
        writeAll(gate.signs().means(), out);
        writeAll(gate.signs().deviations(), out);
        writeAll(gate.calibration().grid(), out);
        writeAll(gate.calibration().scores(), out);
        writeAll(gate.calibration().losses(), out);
        long[] seen = gate.seen().hashes();
        out.writeInt(seen.length);
        for (long hash : seen) {
            out.writeLong(hash);
        }
        out.writeInt(gate.taskLabels());
        out.flush();
        zip.finish();
        target.flush();
    }

    private static void writeThreshold(GateThreshold t, DataOutputStream out) throws IOException {
        out.writeDouble(t.score());
        out.writeDouble(t.weakShare());
        out.writeDouble(t.margin());
        out.writeDouble(t.confidence());
        out.writeDouble(t.loss());
        out.writeInt(t.inputs());
        out.writeUTF(t.statement());
    }

    private static void writeAll(double[] values, DataOutputStream out) throws IOException {
        out.writeInt(values.length);
        for (double value : values) {
            out.writeDouble(value);
        }
    }

    /**
     * Reads a gate.
     *
     * @throws ModelFormatException if the file is none, of another version, or damaged
     * @throws IOException if it cannot be read at all
     */
    public static Kept read(Path file) throws IOException, ModelFormatException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            return read(in, file.toString());
        }
    }

    static Kept read(InputStream source, String name) throws IOException, ModelFormatException {
        DataInputStream head = new DataInputStream(source);
        int version;
        try {
            if (head.readLong() != MAGIC) {
                throw new ModelFormatException(name + ": is no difficulty gate. Make one with 'train --difficulty'.");
            }
            version = head.readInt();
            if (version < OLDEST || version > VERSION) {
                throw new ModelFormatException(name + ": is a gate of version " + version
                        + "; this program reads versions " + OLDEST + " to "
                        + VERSION + ". Train it again.");
            }
        } catch (EOFException e) {
            throw damaged(name, "it ends too early");
        }
        try {
            DataInputStream in =
                    new DataInputStream(new BufferedInputStream(new GZIPInputStream(source, 1 << 16), 1 << 16));
            Kept kept = readBody(in, version);
            if (in.read() >= 0) {
                throw new ModelFormatException("there is more behind its end");
            }
            return kept;
        } catch (ModelFormatException e) {
            throw damaged(name, String.valueOf(e.getMessage()));
        } catch (EOFException e) {
            throw damaged(name, "it ends too early");
        } catch (java.util.zip.ZipException | java.io.UTFDataFormatException e) {
            throw damaged(name, "its content cannot be unpacked");
        }
    }

    private static ModelFormatException damaged(String name, String how) {
        return new ModelFormatException(
                name + ": is damaged: " + how + ". Copy it again, or make it anew with 'train --difficulty'.");
    }

    private static Kept readBody(DataInputStream in, int version) throws IOException, ModelFormatException {
        String id = in.readUTF();
        String weak = in.readUTF();
        String strong = in.readUTF();
        GateThreshold threshold = new GateThreshold(
                in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble(), in.readInt());
        in.readUTF();
        TextModel text = TextModel.read(in, DifficultyGate.OUTCOMES);
        double meanGain = finite(in.readDouble());
        int count = PromptSigns.NAMES.size();
        SignScale signs = new SignScale(readAll(in, count, count), readAll(in, count, count));
        double[] grid = readAll(in, 0, GateTrainer.GRID);
        double[] scores = readAll(in, 0, MAX_CALIBRATION);
        double[] losses = readAll(in, scores.length, scores.length);
        for (double loss : losses) {
            if (loss < -1 || loss > 1) {
                throw new ModelFormatException("a loss is " + loss + "; allowed -1 to 1");
            }
        }
        DifficultyGate gate = new DifficultyGate(
                id,
                weak,
                strong,
                text,
                signs,
                meanGain,
                new DifficultyGate.CalibrationSet(grid, scores, losses),
                version == OLDEST ? SeenInputs.UNKNOWN : readSeen(in),
                version <= ONE_TASK_LABEL
                        ? DifficultyGate.ONE_LABEL
                        : count(in, DifficultyGate.ONE_LABEL, DifficultyGate.TASK_LABELS));
        return new Kept(gate, threshold);
    }

    private static SeenInputs readSeen(DataInputStream in) throws IOException, ModelFormatException {
        int n = count(in, 0, MAX_CALIBRATION);
        long[] hashes = new long[Math.min(n, 4096)];
        for (int i = 0; i < n; i++) {
            if (i == hashes.length) {
                hashes = java.util.Arrays.copyOf(hashes, Math.min(n, 2 * hashes.length));
            }
            hashes[i] = in.readLong();
        }
        return SeenInputs.ofHashes(hashes);
    }

    private static int count(DataInputStream in, int least, int most) throws IOException, ModelFormatException {
        int n = in.readInt();
        if (n < least || n > most) {
            throw new ModelFormatException("it has " + n + " values where " + least + " to " + most + " belong");
        }
        return n;
    }

    private static double[] readAll(DataInputStream in, int least, int most) throws IOException, ModelFormatException {
        int n = count(in, least, most);
        double[] values = new double[Math.min(n, 4096)];
        for (int i = 0; i < n; i++) {
            if (i == values.length) {
                values = java.util.Arrays.copyOf(values, Math.min(n, 2 * values.length));
            }
            values[i] = finite(in.readDouble());
        }
        return values;
    }

    private static double finite(double value) throws ModelFormatException {
        if (!Double.isFinite(value)) {
            throw new ModelFormatException("a value is not a number");
        }
        return value;
    }
}
