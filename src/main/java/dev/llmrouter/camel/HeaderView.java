package dev.llmrouter.camel;

import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The message's headers as texts under names in lower case, made only when they are looked at. */
final class HeaderView extends AbstractMap<String, String> {
    private final Map<String, Object> headers;

    /** @param headers Camel's, which do not mind the case of names */
    HeaderView(Map<String, Object> headers) {
        this.headers = headers;
    }

    @Override
    public @Nullable String get(Object name) {
        Object value = headers.get(name);
        return value == null ? null : value.toString();
    }

    @Override
    public boolean containsKey(Object name) {
        return headers.get(name) != null;
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
        Map<String, String> texts = new LinkedHashMap<>();
        headers.forEach((name, value) -> {
            if (value != null) {
                texts.put(name.toLowerCase(Locale.ROOT), value.toString());
            }
        });
        return texts.entrySet();
    }
}
