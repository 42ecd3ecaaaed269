package dev.llmrouter.chat;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Ids where a provider gave none or one that the caller's client would not take: made from what is given, never drawn. */
final class DerivedId {
    private DerivedId() {}

    /** An id that is the same for the same values. */
    static String of(String prefix, Object... values) {
        StringBuilder joined = new StringBuilder();
        for (Object value : values) {
            joined.append(value).append('\u0001');
        }
        UUID hash = UUID.nameUUIDFromBytes(joined.toString().getBytes(StandardCharsets.UTF_8));
        return prefix + hash.toString().replace("-", "").substring(0, 24);
    }

    /** The reply's id with the prefix that the caller's clients know. */
    static String prefixed(String prefix, ChatReply reply) {
        return reply.id().isEmpty()
                ? of(prefix, reply.model(), reply.created(), reply.choices())
                : prefixed(prefix, reply.id());
    }

    static String prefixed(String prefix, String id) {
        return id.startsWith(prefix) ? id : prefix + id;
    }
}
