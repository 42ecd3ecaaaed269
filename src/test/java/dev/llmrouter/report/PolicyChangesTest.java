package dev.llmrouter.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Secret;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every component of every record of a policy is changed by itself: a component that is added later is found here without
 * anybody thinking of it.
 */
class PolicyChangesTest {
    private static final String TEXT = "marker";

    /** What decides nothing for any request. */
    private static final Set<String> WITHOUT_EFFECT = Set.of("policy.hash", "policy.source", "policy.rules.line");

    private static final Set<String> SECRET = Set.of(
            "policy.providers.endpoint",
            "policy.providers.apiKey",
            "policy.providers.headers",
            "policy.providers.query",
            "policy.keys.sha256");

    /** A policy with one component changed. */
    private record Changed(String path, Record policy) {}

    private static final RoutingPolicy BEFORE = (RoutingPolicy) sample(RoutingPolicy.class);

    @Test
    void namesAChangeOfEveryComponentOfEveryRecord() {
        List<Changed> all = changes("policy", BEFORE);
        assertThat(all).hasSizeGreaterThan(130);
        for (Changed each : all) {
            List<String> said = PolicyChanges.between(BEFORE, (RoutingPolicy) each.policy());
            if (WITHOUT_EFFECT.contains(each.path())) {
                assertThat(said).as(each.path()).isEmpty();
            } else {
                assertThat(said).as(each.path()).isNotEmpty();
            }
        }
    }

    @Test
    void showsNoValueThatMayBeASecret() {
        List<Changed> all = changes("policy", BEFORE).stream()
                .filter(each -> SECRET.contains(each.path()))
                .toList();
        assertThat(all.stream().map(Changed::path)).containsAll(SECRET);
        for (Changed each : all) {
            assertThat(String.join("\n", PolicyChanges.between(BEFORE, (RoutingPolicy) each.policy())))
                    .as(each.path())
                    .doesNotContain(TEXT);
        }
    }

    @Test
    void whatIsNewOrGoneShowsNoSecretEither() {
        RoutingPolicy none = (RoutingPolicy) with(BEFORE, "providers", Map.of());
        assertThat(PolicyChanges.between(none, BEFORE)).containsExactly("Provider a is new.");
        assertThat(PolicyChanges.between(BEFORE, none)).containsExactly("Provider a is gone.");
    }

    @Test
    void saysWhatHasChangedInWords() {
        assertThat(said("policy.models.price.input"))
                .containsExactly("Model a: the price of input, USD per million tokens, was \"7.00\", and is \"8.00\".");
        assertThat(PolicyChanges.between(BEFORE, (RoutingPolicy) sample(RoutingPolicy.class)))
                .isEmpty();
    }

    private static List<String> said(String path) {
        return changes("policy", BEFORE).stream()
                .filter(each -> each.path().equals(path))
                .flatMap(each -> PolicyChanges.between(BEFORE, (RoutingPolicy) each.policy()).stream())
                .toList();
    }

    /** The record with each of its components changed, one at a time, and each component of the records in it. */
    private static List<Changed> changes(String path, Record of) {
        List<Changed> all = new ArrayList<>();
        for (RecordComponent part : of.getClass().getRecordComponents()) {
            Object value = Objects.requireNonNull(value(part, of), "the sample has every component");
            String name = path + "." + part.getName();
            Record inside = inside(value);
            if (inside == null) {
                all.add(new Changed(name, with(of, part.getName(), other(part.getGenericType(), value))));
            } else {
                for (Changed deeper : changes(name, inside)) {
                    all.add(new Changed(deeper.path(), with(of, part.getName(), around(value, deeper.policy()))));
                }
                if (!(value instanceof Record)) {
                    all.add(new Changed(name, with(of, part.getName(), value instanceof Map ? Map.of() : List.of())));
                }
            }
        }
        return all;
    }

    private static @Nullable Record inside(Object value) {
        Object first = value;
        if (value instanceof Map<?, ?> map) {
            first = map.values().iterator().next();
        } else if (value instanceof List<?> list) {
            first = list.get(0);
        }
        return first instanceof Record found ? found : null;
    }

    private static Object around(Object value, Record inside) {
        if (value instanceof Map) {
            return Map.of("a", inside);
        }
        return value instanceof List ? List.of(inside) : inside;
    }

    private static Record with(Record of, String name, Object value) {
        RecordComponent[] parts = of.getClass().getRecordComponents();
        Object[] values = new Object[parts.length];
        for (int i = 0; i < parts.length; i++) {
            values[i] = parts[i].getName().equals(name) ? value : value(parts[i], of);
        }
        return made(of.getClass(), values);
    }

    private static @Nullable Object value(RecordComponent part, Record of) {
        try {
            return part.getAccessor().invoke(of);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(part.toString(), e);
        }
    }

    private static Record made(Class<?> type, @Nullable Object[] values) {
        Class<?>[] types = new Class<?>[values.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = type.getRecordComponents()[i].getType();
        }
        try {
            return (Record) type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(type.toString(), e);
        }
    }

    /** A value with every component, of the type. */
    private static Object sample(Type of) {
        if (of instanceof ParameterizedType many) {
            Type[] types = many.getActualTypeArguments();
            if (many.getRawType() == Map.class) {
                Object key = types[0] == String.class ? "a" : sample(types[0]);
                return Map.of(key, sample(types[1]));
            }
            return many.getRawType() == Set.class ? Set.of(sample(types[0])) : List.of(sample(types[0]));
        }
        Class<?> type = (Class<?>) of;
        if (type.isRecord()) {
            RecordComponent[] parts = type.getRecordComponents();
            Object[] values = new Object[parts.length];
            for (int i = 0; i < parts.length; i++) {
                boolean isName = Set.of("name", "id").contains(parts[i].getName());
                values[i] = isName ? "a" : sample(parts[i].getGenericType());
            }
            return made(type, values);
        }
        return type.isEnum() ? type.getEnumConstants()[0] : plain(type);
    }

    private static Object plain(Class<?> type) {
        Map<Class<?>, Object> samples = new LinkedHashMap<>();
        samples.put(String.class, TEXT);
        samples.put(Object.class, TEXT);
        samples.put(int.class, 7);
        samples.put(Integer.class, 7);
        samples.put(long.class, 7L);
        samples.put(double.class, 0.7);
        samples.put(Double.class, 0.7);
        samples.put(boolean.class, true);
        samples.put(Boolean.class, true);
        samples.put(BigDecimal.class, new BigDecimal("7.00"));
        samples.put(Duration.class, Duration.ofMillis(7_001));
        samples.put(LocalDate.class, LocalDate.of(2026, 10, 1));
        samples.put(URI.class, URI.create("https://one.example/v1"));
        samples.put(Secret.class, Secret.of(TEXT));
        return Objects.requireNonNull(samples.get(type), () -> "no sample of " + type);
    }

    /** Another value of the type. */
    private static Object other(Type of, Object value) {
        if (value instanceof String text) {
            return text + "2";
        } else if (value instanceof Integer number) {
            return number + 1;
        } else if (value instanceof Long number) {
            return number + 1;
        } else if (value instanceof Double number) {
            return number + 0.001;
        } else if (value instanceof Boolean yes) {
            return !yes;
        } else if (value instanceof BigDecimal number) {
            return number.add(BigDecimal.ONE);
        } else if (value instanceof Duration time) {
            return time.plusMillis(1);
        } else if (value instanceof LocalDate day) {
            return day.plusDays(1);
        } else if (value instanceof URI address) {
            return address.resolve("/v2");
        } else if (value instanceof Secret secret) {
            return Secret.of(secret.reveal() + "2");
        } else if (value instanceof Enum<?> choice) {
            Object[] all = choice.getDeclaringClass().getEnumConstants();
            return all[(choice.ordinal() + 1) % all.length];
        }
        Type[] types = ((ParameterizedType) of).getActualTypeArguments();
        if (value instanceof Map<?, ?> map) {
            return Map.of(
                    map.keySet().iterator().next(),
                    other(types[1], map.values().iterator().next()));
        }
        Object changed = other(types[0], ((Iterable<?>) value).iterator().next());
        return value instanceof Set ? Set.of(changed) : List.of(changed);
    }
}
