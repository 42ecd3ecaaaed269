package dev.llmrouter.evaluate;

import dev.llmrouter.classify.learned.DataFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells lines of a data set that cannot be used: each once, the first {@value #MOST} of them by themselves, and of the others how many
 * there are. A file of another format would fill the screen. Use by one thread at a time.
 */
public final class BadLines {
    static final int MOST = 10;

    private final Path file;
    private final Consumer<String> out;
    private final Set<Integer> told = new HashSet<>();
    private int more;

    /** @param out is told sentences that name the file */
    public BadLines(Path file, Consumer<String> out) {
        this.file = file;
        this.out = out;
    }

    /** Names a line, unless it was named before or enough others were. */
    public void tell(BadLine bad) {
        if (!told.add(bad.line())) {
            return;
        }
        if (told.size() <= MOST) {
            out.accept(file + ": line " + bad.line() + " " + bad.problem());
        } else {
            more++;
        }
    }

    /** Says how many more lines there are than were named. @return whether there are any that it had not said yet */
    public boolean sum() {
        boolean isMuch = more > 0;
        if (isMuch) {
            out.accept(String.format(Locale.ROOT, "%s: and %,d more lines that cannot be used", file, more));
            more = 0;
        }
        return isMuch;
    }

    /**
     * The same after the whole file was read for the first time; and says what is wanted, where lines were too many to be named or the
     * file looks like something else.
     *
     * @throws IOException if the file cannot be read
     */
    void sumOfFile() throws IOException {
        boolean isMuch = sum();
        String other = told.isEmpty() ? null : DataFormat.looksLike(file);
        if (other != null || isMuch) {
            out.accept(file + ": a data set is JSON Lines: on each line one object with 'task' and 'input'"
                    + (other == null ? "" : ". This looks like " + other));
        }
    }
}
