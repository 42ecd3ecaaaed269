package dev.llmrouter.policy.convert;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The parts of one mapping: those that {@code <<} merges into it, as YAML 1.1 has it, and its own. */
final class ForeignMerges {
    private static final int MAX_PARTS = 500_000;
    private static final String MERGE = "<<";

    private final int line;
    private final AtomicInteger parts;
    /** Takes the mappings that are merged. */
    private final List<Node> merged;

    /**
     * @param line of the mapping, for messages
     * @param parts of the whole configuration so far
     * @param merged takes the mappings that are merged
     */
    ForeignMerges(int line, AtomicInteger parts, List<Node> merged) {
        this.line = line;
        this.parts = parts;
        this.merged = merged;
    }

    /**
     * In the order in which later ones win.
     *
     * @param merged those that are merged
     * @param own those that stand in the mapping itself
     */
    record Parts(List<NodeTuple> merged, List<NodeTuple> own) {}

    /** @throws IllegalArgumentException for a merge without end, or of what is no mapping */
    Parts of(MappingNode mapping) {
        return flat(mapping, new ArrayDeque<>());
    }

    /** Counts one more part. @throws IllegalArgumentException if there are too many */
    static void count(AtomicInteger parts, int line) {
        if (parts.incrementAndGet() > MAX_PARTS) {
            throw new IllegalArgumentException("line " + line + ": has more than " + MAX_PARTS
                    + " parts with what its aliases and merges stand for. Write out what is meant.");
        }
    }

    private Parts flat(MappingNode mapping, Deque<Node> within) {
        if (within.contains(mapping)) {
            throw new IllegalArgumentException("line " + line + ": a mapping merges itself (<<). Take the merge out.");
        }
        if (within.size() > ForeignFile.MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "line " + line + ": merges (<<) mappings deeper than " + ForeignFile.MAX_DEPTH + " levels");
        }
        within.push(mapping);
        List<NodeTuple> before = new ArrayList<>();
        List<NodeTuple> own = new ArrayList<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key
                    && key.isPlain()
                    && key.getValue().equals(MERGE)) {
                List<Node> sources = new ArrayList<>(
                        tuple.getValueNode() instanceof SequenceNode list
                                ? list.getValue()
                                : List.of(tuple.getValueNode()));
                Collections.reverse(sources); // of a list, the first wins
                for (Node source : sources) {
                    if (!(source instanceof MappingNode other)) {
                        throw new IllegalArgumentException(
                                "line " + ForeignNode.lineOf(key, line)
                                        + ": '<<' merges what is no mapping. Give it an alias of a mapping, or a list of such.");
                    }
                    count(parts, line); // what it merges may be empty, and merge others that are
                    merged.add(other);
                    Parts its = flat(other, within);
                    before.addAll(its.merged());
                    before.addAll(its.own());
                }
            } else {
                own.add(tuple);
            }
        }
        within.pop();
        if (before.size() + own.size() > MAX_PARTS) {
            throw new IllegalArgumentException("line " + line + ": merges more than " + MAX_PARTS + " parts");
        }
        return new Parts(before, own);
    }
}
