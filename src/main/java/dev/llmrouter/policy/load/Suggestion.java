package dev.llmrouter.policy.load;

import java.util.Collection;
import java.util.Locale;

/** "Did you mean": the known name that is closest to one that is not known. */
public final class Suggestion {
    private static final int MAX_LENGTH = 60;

    private Suggestion() {}

    /** "Did you mean 'x'? Known: a, b, x." or, where nothing is close, the known names alone. */
    static String advice(String found, Collection<String> known) {
        String all = known.isEmpty() ? "There is none yet." : "Allowed: " + list(known) + ".";
        String best = closest(found, known);
        return best.isEmpty() ? all : "Did you mean " + Quoted.of(best) + "? " + all;
    }

    /** The names in their order, at most twenty-five of them. */
    static String list(Collection<String> names) {
        StringBuilder out = new StringBuilder();
        int count = 0;
        for (String name : names) {
            if (count++ == 25) {
                return out.append(" and ")
                        .append(names.size() - 25)
                        .append(" more")
                        .toString();
            }
            out.append(out.length() == 0 ? "" : ", ").append(Quoted.bare(name));
        }
        return out.toString();
    }

    /** The closest of the names by edit distance, at most a third of its length away; empty for none. */
    public static String closest(String found, Collection<String> known) {
        String best = "";
        int bestDistance = Integer.MAX_VALUE;
        String wanted = found.toLowerCase(Locale.ROOT);
        for (String name : known) {
            if (name.length() > MAX_LENGTH || Math.abs(name.length() - found.length()) > 3) {
                continue;
            }
            int distance = distance(wanted, name.toLowerCase(Locale.ROOT));
            int allowed = Math.min(3, Math.max(1, Math.max(name.length(), found.length()) / 3));
            if (distance <= allowed && distance < bestDistance) {
                best = name;
                bestDistance = distance;
            }
        }
        return best;
    }

    /** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            d[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            d[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
