package dev.llmrouter.classify.learned;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Keeps a {@link LearnedModel} in one file: the letters "LLMRTASK" and the version, then gzip of tasks, calibration,
 * vocabulary and weights. The same model gives the same bytes. Whatever a damaged or hostile file says, no more than some
 * 300 MB is allotted, and nothing in it is executed.
 */
public final class ModelFile {
    static final long MAGIC = 0x4C4C4D525441534BL;
    static final int VERSION = 4;
    private static final int MAX_TASKS = 10_000;
    private static final int MAX_ENTRIES = 1 << 25;

    private ModelFile() {}

    /** Writes the model beside the target and then moves it there, so that a reader never sees half a file. */
    public static void write(LearnedModel model, Path target) throws IOException {
        PartFile.write(target, out -> write(model, out));
    }

    static void write(LearnedModel model, OutputStream target) throws IOException {
        DataOutputStream head = new DataOutputStream(target);
        head.writeLong(MAGIC);
        head.writeInt(VERSION);
        head.flush();
        GZIPOutputStream zip = new GZIPOutputStream(target, 1 << 16);
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(zip, 1 << 16));
        out.writeUTF(model.id());
        out.writeInt(model.tasks().size());
        for (String task : model.tasks()) {
            out.writeUTF(task);
        }
        out.writeBoolean(model.knowsNone());
        Calibration c = model.calibration();
        for (double value : new double[] {
            c.temperature(),
            c.intercept(),
            c.oddsWeight(),
            c.scoreWeight(),
            c.noneWeight(),
            c.coverWeight(),
            c.threshold()
        }) {
            out.writeDouble(value);
        }
        out.writeInt(model.room());
        out.writeInt(model.spelling().words().size());
        for (String word : model.spelling().words()) {
            out.writeUTF(word);
        }
        writeWeights(model.vocabulary(), model.weights(), out);
        out.flush();
        zip.finish();
        target.flush();
    }

    static void writeWeights(Vocabulary vocabulary, SparseWeights weights, DataOutputStream out) throws IOException {
        out.writeInt(vocabulary.size());
        for (float bias : weights.bias) {
            out.writeFloat(bias);
        }
        for (int row = 0; row < vocabulary.size(); row++) {
            out.writeInt(vocabulary.feature(row));
            out.writeFloat(vocabulary.idf(row));
            out.writeFloat(weights.shared[row]);
            out.writeFloat(weights.unit[row]);
            out.writeShort(weights.start[row + 1] - weights.start[row]);
            for (int i = weights.start[row]; i < weights.start[row + 1]; i++) {
                out.writeShort(weights.which[i]);
                out.writeByte(weights.steps[i]);
            }
        }
    }

    /**
     * Reads a model.
     *
     * @throws ModelFormatException if the file is none, of another version, or damaged
     * @throws IOException if it cannot be read at all
     */
    public static LearnedModel read(Path file) throws IOException, ModelFormatException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            return read(in, file.toString());
        }
    }

    static LearnedModel read(InputStream source, String name) throws IOException, ModelFormatException {
        try {
            DataInputStream head = new DataInputStream(source);
            if (head.readLong() != MAGIC) {
                throw new ModelFormatException(
                        name + ": is no model of the task classifier. Make one with 'train --data FILE --out MODEL'.");
            }
            int version = head.readInt();
            if (version != VERSION) {
                throw new ModelFormatException(name + ": is a model of version " + version
                        + "; this program reads version " + VERSION + ". Train it again.");
            }
            DataInputStream in =
                    new DataInputStream(new BufferedInputStream(new GZIPInputStream(source, 1 << 16), 1 << 16));
            LearnedModel model = readBody(in);
            if (in.read() >= 0) {
                throw new FaultException("there is more behind its end");
            }
            return model;
        } catch (FaultException e) {
            throw damaged(name, String.valueOf(e.getMessage()));
        } catch (EOFException e) {
            throw damaged(name, "it ends too early");
        } catch (java.util.zip.ZipException | java.io.UTFDataFormatException e) {
            throw damaged(name, "its content cannot be unpacked");
        }
    }

    private static ModelFormatException damaged(String name, String how) {
        return new ModelFormatException(name + ": is damaged: " + how
                + ". Copy it again, or make it anew with 'train --data FILE --out MODEL'.");
    }

    private static LearnedModel readBody(DataInputStream in) throws IOException, FaultException {
        String id = in.readUTF();
        int count = within(in.readInt(), 2, MAX_TASKS, "number of tasks");
        List<String> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tasks.add(in.readUTF());
        }
        boolean none = in.readBoolean();
        double[] c = new double[7];
        for (int i = 0; i < c.length; i++) {
            c[i] = finite(in.readDouble());
        }
        if (c[0] <= 0) {
            throw new FaultException("its temperature is " + c[0] + ", not above 0");
        }
        Calibration calibration = new Calibration(c[0], c[1], c[2], c[3], c[4], c[5], c[6]);
        int room = within(in.readInt(), 1, Integer.MAX_VALUE, "room for a text");
        int known = within(in.readInt(), 0, Spelling.MAX_WORDS, "number of words");
        List<String> words = new ArrayList<>();
        for (int i = 0; i < known; i++) {
            String word = in.readUTF();
            within(word.length(), 1, Spelling.MAX_LETTERS, "length of a word");
            words.add(word);
        }
        Weights read = readWeights(in, none ? count + 1 : count);
        return new LearnedModel(id, tasks, none, read.vocabulary, read.weights, calibration, new Spelling(words), room);
    }

    /** What {@link #readWeights} gives. */
    record Weights(Vocabulary vocabulary, SparseWeights weights) {}

    static Weights readWeights(DataInputStream in, int classes) throws IOException, FaultException {
        int rows = within(in.readInt(), 0, Vocabulary.MAX_FEATURES, "number of features");
        float[] bias = new float[classes];
        for (int k = 0; k < classes; k++) {
            bias[k] = (float) finite(in.readFloat());
        }
        int[] features = new int[rows];
        float[] idf = new float[rows];
        float[] shared = new float[rows];
        float[] unit = new float[rows];
        int[] start = new int[rows + 1];
        short[] which = new short[1024];
        byte[] steps = new byte[1024];
        int n = 0;
        for (int row = 0; row < rows; row++) {
            features[row] = in.readInt();
            idf[row] = (float) finite(in.readFloat());
            shared[row] = (float) finite(in.readFloat());
            unit[row] = (float) finite(in.readFloat());
            int entries = within(in.readUnsignedShort(), 0, classes, "number of weights of a feature");
            within(n + entries, 0, MAX_ENTRIES, "number of weights");
            if (n + entries > which.length) {
                which = Arrays.copyOf(which, Math.max(n + entries, 2 * which.length));
                steps = Arrays.copyOf(steps, which.length);
            }
            for (int i = 0; i < entries; i++) {
                which[n] = (short) within(in.readUnsignedShort(), 0, classes - 1, "class of a weight");
                steps[n++] = in.readByte();
            }
            start[row + 1] = n;
        }
        SparseWeights weights =
                new SparseWeights(classes, bias, shared, unit, start, Arrays.copyOf(which, n), Arrays.copyOf(steps, n));
        return new Weights(new Vocabulary(features, idf), weights);
    }

    private static int within(int value, int least, int most, String what) throws FaultException {
        if (value < least || value > most) {
            throw new FaultException("its " + what + " is " + value + "; allowed " + least + " to " + most);
        }
        return value;
    }

    private static double finite(double value) throws FaultException {
        if (!Double.isFinite(value)) {
            throw new FaultException("a value is not a number");
        }
        return value;
    }

    /** What is wrong in the body of a file. */
    static final class FaultException extends Exception {
        private static final long serialVersionUID = 1L;

        FaultException(String message) {
            super(message);
        }
    }
}
