package dev.llmrouter.policy.convert;

import java.util.List;

/** A configuration of another gateway of which no policy can be made; its message says why. */
public final class NotConvertibleException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<Remark> remarks;

    NotConvertibleException(String message, List<Remark> remarks) {
        super(message);
        this.remarks = List.copyOf(remarks);
    }

    /** What was said of the configuration until then, in the order of its lines: why each part was left out. */
    public List<Remark> remarks() {
        return remarks;
    }
}
