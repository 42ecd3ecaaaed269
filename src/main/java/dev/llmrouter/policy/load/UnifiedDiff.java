package dev.llmrouter.policy.load;

import java.util.ArrayList;
import java.util.List;

/** Writes changes of lines in the unified format that {@code patch} and {@code git apply} take. */
final class UnifiedDiff {
    /** Unchanged lines around a change; what both tools expect. */
    private static final int CONTEXT = 3;

    private final List<String> old;
    private final List<List<String>> replaced;
    private final StringBuilder out = new StringBuilder();
    private int added;

    private UnifiedDiff(List<String> old, List<List<String>> replaced) {
        this.old = old;
        this.replaced = replaced;
    }

    /**
     * @param old lines with their ends
     * @param replaced what each of them becomes, as many lists as lines
     * @return empty if nothing differs
     */
    static String of(String path, List<String> old, List<List<String>> replaced) {
        UnifiedDiff diff = new UnifiedDiff(old, replaced);
        List<Integer> changed = new ArrayList<>();
        for (int i = 0; i < old.size(); i++) {
            if (!replaced.get(i).equals(List.of(old.get(i)))) {
                changed.add(i);
            }
        }
        if (changed.isEmpty()) {
            return "";
        }
        diff.out.append("--- ").append(path).append("\n+++ ").append(path).append('\n');
        for (int i = 0; i < changed.size(); ) {
            int last = i;
            while (last + 1 < changed.size() && changed.get(last + 1) - changed.get(last) <= 2 * CONTEXT) {
                last++;
            }
            diff.hunk(changed.get(i), changed.get(last));
            i = last + 1;
        }
        return diff.out.toString();
    }

    private void hunk(int first, int last) {
        int from = Math.max(0, first - CONTEXT);
        int to = Math.min(old.size() - 1, last + CONTEXT);
        if (old.get(to).isEmpty()) {
            to--; // what follows the last line end is no line
        }
        StringBuilder body = new StringBuilder();
        int after = 0;
        for (int i = from; i <= to; i++) {
            List<String> now = replaced.get(i);
            String line = old.get(i);
            int same = now.lastIndexOf(line);
            if (same < 0) {
                line(body, '-', line);
            }
            for (int k = 0; k < now.size(); k++) {
                line(body, k == same ? ' ' : '+', now.get(k));
            }
            after += now.size();
        }
        int before = to - from + 1;
        out.append("@@ -").append(from + 1).append(',').append(before);
        out.append(" +").append(from + 1 + added).append(',').append(after).append(" @@\n");
        out.append(body);
        added += after - before;
    }

    private static void line(StringBuilder body, char sign, String line) {
        body.append(sign).append(line);
        if (!line.endsWith("\n")) {
            body.append("\n\\ No newline at end of file\n");
        }
    }
}
