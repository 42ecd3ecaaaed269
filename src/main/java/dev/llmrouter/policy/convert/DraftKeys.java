package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.convert.PolicyDraft.DraftProvider;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Keys of a draft that a person has to put into the environment, and the variables that they get there. */
final class DraftKeys {
    private static final Pattern IN_ENVIRONMENT = Pattern.compile("\\{\\{env:([^}]*)}}");

    /**
     * A key that a person has to put into the environment. One place may have several: of each provider that shares its text.
     *
     * @param remark what is said of it, before its variable
     */
    private record KeyPlace(ForeignNode at, DraftKey key, String remark) {}

    /** Which key it is, by its text, or by the account's name after an @. */
    private final Map<String, Integer> numbers = new LinkedHashMap<>();

    private final List<KeyPlace> places = new ArrayList<>();

    /**
     * A key that stands in the file. The same text is the same key; each other one gets a variable of its own.
     *
     * @param variable what it would be called if it were the only one
     */
    DraftKey inFile(ForeignNode at, String variable, String text) {
        return key(at, variable, text, "a key in the file is not taken over: put it into the environment as ");
    }

    /** The value of a header that stands in the file and may be a secret. @param variable as for a key */
    DraftKey headerInFile(ForeignNode at, String variable, String text) {
        return key(
                at,
                variable,
                text,
                "the value of a header may be a secret and is not taken over: put it, as it stands here, into the environment"
                        + " as ");
    }

    /**
     * The key of an account that the other gateway knows by a name of its own. The same name is the same key; each other one
     * gets a variable of its own.
     *
     * @param variable what it would be called if it were the only one
     */
    DraftKey ofAccount(ForeignNode at, String variable, String account) {
        return key(
                at,
                variable,
                "@" + account,
                "names an account that only the other gateway knows: put its provider's key into the environment as ");
    }

    private DraftKey key(ForeignNode at, String variable, String text, String remark) {
        DraftKey key = new DraftKey(variable, numbers.computeIfAbsent(text, any -> numbers.size() + 1));
        places.add(new KeyPlace(at, key, remark));
        return key;
    }

    /** The environment variable of each key, which is known when the whole file is read. @param providers all of the draft */
    Map<DraftKey, String> variables(Collection<DraftProvider> providers) {
        Map<DraftKey, String> variables = new LinkedHashMap<>();
        Set<String> taken = new TreeSet<>();
        List<DraftKey> inFile = new ArrayList<>();
        for (DraftProvider provider : providers) {
            DraftKey key = provider.apiKey();
            if (key != null && !key.isInFile()) {
                variables.put(key, key.variable());
                taken.add(key.variable());
            } else if (key != null) {
                inFile.add(key);
            }
        }
        places.forEach(place -> inFile.add(place.key()));
        providers.forEach(provider -> taken.addAll(named(provider)));
        for (DraftKey key : inFile) {
            if (!variables.containsKey(key)) {
                String variable = key.variable();
                for (int i = 2; taken.contains(variable); i++) {
                    variable = key.variable() + "_" + i;
                }
                variables.put(key, variable);
                taken.add(variable);
            }
        }
        return variables;
    }

    /** Variables that settings of the file read from the environment themselves. */
    private static Set<String> named(DraftProvider provider) {
        Set<String> named = new TreeSet<>();
        List<@Nullable String> texts = new ArrayList<>(provider.query().values());
        texts.add(provider.baseUrl());
        provider.headers().values().forEach(header -> texts.add(header.text()));
        for (String text : texts) {
            Matcher matcher = IN_ENVIRONMENT.matcher(text == null ? "" : text);
            while (matcher.find()) {
                named.add(matcher.group(1));
            }
        }
        return named;
    }

    /** What is said of each. @param variables of all keys */
    List<Remark> remarks(Map<DraftKey, String> variables) {
        return places.stream()
                .map(place ->
                        new Remark(place.at().line(), place.at().path(), place.remark() + variables.get(place.key())))
                .toList();
    }
}
