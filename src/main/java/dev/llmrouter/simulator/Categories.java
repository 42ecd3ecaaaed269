package dev.llmrouter.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The categories that a prompt names: "as billing, technical or general", "Labels: a, b", a list of bullets. */
final class Categories {
    private static final List<String> MARKERS = List.of(
            "one of the following",
            "categories",
            "category",
            "labels",
            "classes",
            "queues",
            "options",
            "one of",
            "either",
            "between",
            "into",
            "as",
            "als",
            "in");
    private static final int HEAD = 4000;
    private static final int MOST = 50;
    private static final int LONGEST = 40;
    private static final int MOST_WORDS = 4;
    private static final int STEM = 4;
    private static final int MOST_SPOKEN = 2000;

    private Categories() {}

    /** The categories in their order; empty if fewer than two are named. */
    static List<String> in(String prompt) {
        String head = prompt.substring(0, Math.min(HEAD, prompt.length()));
        String lower = head.toLowerCase(Locale.ROOT);
        for (String marker : MARKERS) {
            int at = Words.indexOfPhrase(lower, marker, 0);
            for (int tries = 0; at >= 0 && tries < 5; tries++) {
                List<String> found = listAt(head, at + marker.length());
                if (found.size() > 1) {
                    return found;
                }
                at = Words.indexOfPhrase(lower, marker, at + 1);
            }
        }
        return question(head, lower);
    }

    private static List<String> listAt(String text, int start) {
        int at = start;
        while (at < text.length() && (" \t:=([".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        if (at < text.length() && text.charAt(at) == '\n') {
            return bullets(text.substring(at));
        }
        int end = at;
        while (end < text.length() && ":.?!\n)]".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return items(text.substring(at, end));
    }

    private static List<String> items(String list) {
        List<String> items = new ArrayList<>();
        String[] parts = list.replaceAll("(?i)\\s(?:or|and|oder|und)\\s", ",").split("[,/|;]", MOST + 1);
        for (String part : parts) {
            String item = cleaned(part);
            if (item.isEmpty() && parts.length > 1) {
                continue;
            }
            if (item.isEmpty() || item.length() > LONGEST || item.split("\\s+", -1).length > MOST_WORDS) {
                return List.of();
            }
            items.add(item);
        }
        return items.stream().distinct().toList();
    }

    private static List<String> bullets(String text) {
        List<String> items = new ArrayList<>();
        for (String line : text.strip().split("\n", MOST + 1)) {
            String bullet = line.strip().replaceFirst("^(?:[-*\u2022]|\\d{1,2}[.)])\\s+", "");
            if (bullet.equals(line.strip())) {
                break;
            }
            int colon = bullet.indexOf(':');
            String item = cleaned(colon < 0 ? bullet : bullet.substring(0, colon));
            if (item.isEmpty() || item.length() > LONGEST) {
                return List.of();
            }
            items.add(item);
        }
        return items.stream().distinct().toList();
    }

    private static String cleaned(String item) {
        String bare = item.strip().replaceAll("^[\"'`\u201C\u2018]+|[\"'`\u201D\u2019]+$", "");
        return bare.replaceFirst("(?i)^(?:either|as|or|and|the|a|an)\\s+", "").strip();
    }

    /** "Is this spam or not?", "positive or negative". */
    private static List<String> question(String text, String lower) {
        int or = lower.indexOf(" or ");
        if (or < 0) {
            return List.of();
        }
        String left = text.substring(0, or);
        String right = text.substring(or + " or ".length());
        List<String> before = words(left);
        List<String> after = words(right);
        if (before.isEmpty() || after.isEmpty()) {
            return List.of();
        }
        String first = before.get(before.size() - 1);
        String second = after.get(0);
        return List.of(first, second.equalsIgnoreCase("not") ? "not " + first : second);
    }

    private static List<String> words(String text) {
        return Stream.of(text.split("[^\\p{L}\\p{N}_-]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** The category that the text speaks of most; among equals the one that {@code hash} falls on. */
    static String mostLikely(List<String> categories, String material, long hash) {
        List<String> spoken = stems(Words.all(material, 3, MOST_SPOKEN));
        List<String> best = new ArrayList<>();
        long most = -1;
        for (String category : categories) {
            List<String> own = stems(Words.all(category, 3, 10));
            long hits = spoken.stream().filter(own::contains).count();
            if (hits > most) {
                most = hits;
                best.clear();
            }
            if (hits == most) {
                best.add(category);
            }
        }
        return best.get((int) Math.floorMod(hash, (long) best.size()));
    }

    private static List<String> stems(List<String> words) {
        return words.stream()
                .map(word -> word.substring(0, Math.min(STEM, word.length())))
                .toList();
    }
}
