package dev.llmrouter.report.page;

import java.util.List;

/** A part of a document. Texts are plain: whoever writes them escapes what is markup in its format. */
public sealed interface Block {
    /** @param level 1 for the title, to 4 */
    record Heading(int level, String text) implements Block {
        public Heading {
            if (level < 1 || level > 4) {
                throw new IllegalArgumentException("a heading's level is 1 to 4, not " + level);
            }
        }
    }

    /** Sentences. */
    record Paragraph(String text) implements Block {}

    /** What the reader takes away who reads nothing else. */
    record Lead(String text) implements Block {}

    /** Text that keeps its line ends. */
    record Code(String text) implements Block {}

    /** A drawing. @param svg trusted markup, which only a page shows; {@code text} says the same in words */
    record Figure(String svg, String text) implements Block {}

    /** A table whose columns after the first hold figures. @param rows as many cells each as the header */
    record Figures(List<String> header, List<List<String>> rows) implements Block {
        public Figures {
            header = List.copyOf(header);
            rows = rows.stream().map(List::copyOf).toList();
        }
    }

    /** Something that the reader must not miss. */
    record Warning(String text) implements Block {}

    /** One sentence each. */
    record Items(List<String> items) implements Block {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** What a thing is, line by line. @param rows label and text each */
    record Facts(List<List<String>> rows) implements Block {
        public Facts {
            rows = rows.stream().map(List::copyOf).toList();
        }
    }

    /** @param rows as many cells each as the header */
    record Table(List<String> header, List<List<String>> rows) implements Block {
        public Table {
            header = List.copyOf(header);
            rows = rows.stream().map(List::copyOf).toList();
        }
    }
}
