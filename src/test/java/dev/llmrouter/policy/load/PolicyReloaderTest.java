package dev.llmrouter.policy.load;

import static dev.llmrouter.policy.load.Sample.POLICY;
import static dev.llmrouter.policy.load.Sample.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.llmrouter.policy.RoutingPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyReloaderTest {
    private static final String OTHER = with("owner: team", "owner: another team");

    @TempDir
    Path dir;

    private Path file;
    private final List<String> heard = new ArrayList<>();

    private final PolicyListener listener = new PolicyListener() {
        @Override
        public void changed(RoutingPolicy previous, RoutingPolicy current, PolicyCheck check) {
            heard.add(previous.owner() + " -> " + current.owner());
        }

        @Override
        public void refused(RoutingPolicy running, PolicyCheck check) {
            heard.add("refused, " + running.owner() + " stays");
        }

        @Override
        public void unreadable(RoutingPolicy running, String reason) {
            heard.add("unreadable, " + running.owner() + " stays");
        }
    };

    @BeforeEach
    void writeThePolicy() throws IOException {
        file = Files.writeString(dir.resolve("policy.yaml"), POLICY);
    }

    private PolicyReloader open() throws IOException {
        PolicyReloader reloader = PolicyReloader.open(Sample.loader().build(), PolicyResource.file(file));
        reloader.subscribe(listener);
        return reloader;
    }

    @Test
    void swapsThePolicyAndLeavesTheOldOneToThoseWhoHaveIt() throws IOException {
        PolicyReloader reloader = open();
        RoutingPolicy inFlight = reloader.get();
        Files.writeString(file, OTHER);
        assertThat(reloader.get()).isSameAs(inFlight);
        assertThat(reloader.reload()).isTrue();
        assertThat(reloader.get().owner()).isEqualTo("another team");
        assertThat(inFlight.owner()).isEqualTo("team");
        assertThat(heard).containsExactly("team -> another team");
    }

    @Test
    void keepsThePolicyObjectWhereNothingChanged() throws IOException {
        PolicyReloader reloader = open();
        RoutingPolicy before = reloader.get();
        assertThat(reloader.reload()).isFalse();
        Files.writeString(file, POLICY);
        assertThat(reloader.reload()).isFalse();
        assertThat(reloader.get()).isSameAs(before);
        assertThat(heard).isEmpty();
    }

    @Test
    void keepsTheRunningPolicyWhenTheFileIsBrokenAndSaysSoOnce() throws IOException {
        PolicyReloader reloader = open();
        Files.writeString(file, "version: 1\nbaseline: [");
        assertThat(reloader.reload()).isFalse();
        assertThat(reloader.reload()).isFalse();
        assertThat(reloader.get().owner()).isEqualTo("team");
        assertThat(reloader.latestCheck().isUsable()).isFalse();
        assertThat(heard).containsExactly("refused, team stays");
        Files.writeString(file, OTHER);
        assertThat(reloader.reload()).isTrue();
        assertThat(reloader.latestCheck().isUsable()).isTrue();
        assertThat(heard).containsExactly("refused, team stays", "team -> another team");
    }

    @Test
    void changesNothingWhenABrokenFileIsPutBack() throws IOException {
        PolicyReloader reloader = open();
        RoutingPolicy before = reloader.get();
        Files.writeString(file, "nothing");
        assertThat(reloader.reload()).isFalse();
        Files.writeString(file, POLICY);
        assertThat(reloader.reload()).isFalse();
        assertThat(reloader.get()).isSameAs(before);
        assertThat(reloader.latestCheck().isUsable()).isTrue();
    }

    @Test
    void keepsTheRunningPolicyWhileTheFileIsGone() throws IOException {
        PolicyReloader reloader = open();
        Files.delete(file);
        assertThat(reloader.reload()).isFalse();
        assertThat(reloader.reload()).isFalse();
        assertThat(reloader.get().owner()).isEqualTo("team");
        assertThat(heard).containsExactly("unreadable, team stays");
        Files.writeString(file, OTHER);
        assertThat(reloader.reload()).isTrue();
        assertThat(heard).containsExactly("unreadable, team stays", "team -> another team");
    }

    @Test
    void saysWhyTheFileCannotBeReadNow() throws IOException {
        PolicyReloader reloader = open();
        Files.delete(file);
        Files.createDirectory(file);
        reloader.reload();
        String asFolder = reloader.problem();
        Files.delete(file);
        reloader.reload();

        assertThat(reloader.problem()).isNotNull().isNotEqualTo(asFolder);
        assertThat(heard).containsExactly("unreadable, team stays");
        Files.writeString(file, POLICY);
        reloader.reload();
        assertThat(reloader.problem()).isNull();
    }

    /** A mistyped variable: whoever had the key would no longer be asked, or the simulator would answer. */
    @Test
    void keepsTheRunningPolicyWhereAProviderWouldLoseItsKey() throws IOException {
        PolicyReloader reloader = open();
        for (String more : List.of("", "simulation: without-keys\n")) {
            Files.writeString(file, more + OTHER.replace("{{env:KEY}}", "{{env:KYE}}"));
            assertThat(reloader.reload()).isFalse();
            assertThat(reloader.get().owner()).isEqualTo("team");
            assertThat(reloader.problem()).contains("providers.openai.apiKey", "has no value");
        }
        Files.writeString(file, "simulation: without-keys\n" + OTHER.replace("apiKey: \"{{env:KEY}}\"", ""));
        assertThat(reloader.reload()).isFalse();
        assertThat(reloader.problem()).contains("simulation", "write 'always' to simulate");

        Files.writeString(file, "simulation: always\n" + OTHER);
        assertThat(reloader.reload()).isTrue();
        assertThat(reloader.problem()).isNull();
    }

    /** A secret may come later than the file that names it. */
    @Test
    void takesOverAFileThatLackedAKeyOnceTheKeyIsThere() throws IOException {
        Map<String, String> environment = new HashMap<>(Sample.ENVIRONMENT);
        PolicyReloader reloader = PolicyReloader.open(
                PolicyLoader.builder(Sample.CLOCK)
                        .placeholders(name -> environment.get(name.replaceFirst("^env:", "")))
                        .build(),
                PolicyResource.file(file));
        reloader.subscribe(listener);
        Files.writeString(file, OTHER.replace("{{env:KEY}}", "{{env:KYE}}"));
        assertThat(reloader.reload()).isFalse();
        assertThat(reloader.reload()).isFalse();
        assertThat(heard).containsExactly("refused, team stays");
        environment.put("KYE", "sk-abcdef0123456789");
        assertThat(reloader.reload()).isTrue();
        assertThat(reloader.problem()).isNull();
        assertThat(heard).containsExactly("refused, team stays", "team -> another team");
    }

    @Test
    void theLineOfAKeyThatIsLostIsTold() throws IOException {
        PolicyReloader reloader = open();
        Files.writeString(file, OTHER.replace("{{env:KEY}}", "{{env:KYE}}"));
        reloader.reload();
        assertThat(reloader.problem()).startsWith("line 9: ");
        Files.writeString(file, "simulation: without-keys\n" + OTHER.replace("{{env:KEY}}", "{{env:KYE}}"));
        reloader.reload();
        assertThat(reloader.problem()).startsWith("line 10: ");
    }

    /** A key that nobody had at the start is an error, and changes nothing for those who are called. */
    @Test
    void takesOverANewProviderWithoutItsKey() throws IOException {
        PolicyReloader reloader = open();
        Files.writeString(
                file,
                OTHER.replace(
                        "providers:\n",
                        "providers:\n  new: { protocol: openai, baseUrl: https://n/v1, apiKey: '{{env:NO}}' }\n"));
        assertThat(reloader.reload()).isTrue();
        assertThat(reloader.get().owner()).isEqualTo("another team");
    }

    @Test
    void keepsTheRunningPolicyWhereAListenerCannotWorkWithTheNewOne() throws IOException {
        PolicyReloader reloader = open();
        reloader.subscribe(new PolicyListener() {
            @Override
            public void prepare(RoutingPolicy next) {
                if (next.owner().equals("another team")) {
                    throw new IllegalArgumentException("nobody knows them");
                }
            }

            @Override
            public void changed(RoutingPolicy previous, RoutingPolicy current, PolicyCheck check) {}
        });
        Files.writeString(file, OTHER);
        assertThat(reloader.reload()).isFalse();
        assertThat(reloader.get().owner()).isEqualTo("team");
        assertThat(reloader.problem()).contains("cannot be put in force", "nobody knows them");
        assertThat(heard).containsExactly("refused, team stays");
        Files.writeString(file, OTHER.replace("another team", "a third team"));
        assertThat(reloader.reload()).isTrue();
        assertThat(reloader.problem()).isNull();
    }

    @Test
    void takesOverAPolicyThatHasErrorsButCanBeServed() throws IOException {
        PolicyReloader reloader = open();
        Files.writeString(file, OTHER.replace("    rationale: Errors are dear.\n", ""));
        assertThat(reloader.reload()).isTrue();
        assertThat(reloader.latestCheck().hasErrors()).isTrue();
        assertThat(reloader.get().owner()).isEqualTo("another team");
    }

    /** Kubernetes replaces a mounted ConfigMap by turning a symbolic link to a new folder. */
    @Test
    void followsTheSymbolicLinkOfAMountedConfigMap() throws IOException {
        Path first = Files.createDirectory(dir.resolve("..1"));
        Path second = Files.createDirectory(dir.resolve("..2"));
        Files.writeString(first.resolve("policy.yaml"), POLICY);
        Files.writeString(second.resolve("policy.yaml"), OTHER);
        Path link = Files.createSymbolicLink(dir.resolve("..data"), first);
        file = link.resolve("policy.yaml");
        PolicyReloader reloader = open();
        Files.delete(link);
        Files.createSymbolicLink(link, second);
        assertThat(reloader.reload()).isTrue();
        assertThat(reloader.get().owner()).isEqualTo("another team");
    }

    @Test
    void aListenerThatFailsDisturbsNeitherTheOthersNorTheSwap() throws IOException {
        PolicyReloader reloader = PolicyReloader.open(Sample.loader().build(), PolicyResource.file(file));
        reloader.subscribe((previous, current, check) -> {
            throw new IllegalStateException("listener");
        });
        Runnable unsubscribe = reloader.subscribe(listener);
        Files.writeString(file, OTHER);
        assertThat(reloader.reload()).isTrue();
        assertThat(heard).hasSize(1);
        unsubscribe.run();
        Files.writeString(file, POLICY);
        assertThat(reloader.reload()).isTrue();
        assertThat(heard).hasSize(1);
    }

    @Test
    void watchesTheFileByItself() throws IOException {
        try (PolicyReloader reloader = PolicyReloader.open(Sample.loader().build(), PolicyResource.file(file))) {
            reloader.start(Duration.ofMillis(10));
            Files.writeString(file, OTHER);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> reloader.get().owner().equals("another team"));
        }
    }

    /** The first half of a policy may be a policy, with fewer tasks: requests of the others would go elsewhere for a second. */
    @Test
    void aFileThatIsBeingWrittenIsNotReadInItsMiddle() throws IOException {
        AtomicInteger reads = new AtomicInteger();
        PolicyResource growing = new PolicyResource() {
            @Override
            public String source() {
                return "growing";
            }

            @Override
            public String read() {
                int read = reads.getAndIncrement();
                String half = with("owner: team", "owner: half a team") + "#".repeat(read);
                return read == 0 ? POLICY : read < 7 ? half : OTHER;
            }
        };
        try (PolicyReloader reloader = PolicyReloader.open(Sample.loader().build(), growing)) {
            reloader.subscribe(listener);
            reloader.start(Duration.ofMillis(10));
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> reloader.get().owner().equals("another team"));
        }
        assertThat(heard).containsExactly("team -> another team");
    }

    @Test
    void doesNotStartOnAFileThatCannotBeLoaded() throws IOException {
        Files.writeString(file, "version: 1\n");
        assertThatThrownBy(this::open)
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("cannot be loaded:\n")
                .hasMessageContaining("baseline is missing");
        Files.delete(file);
        assertThatThrownBy(this::open).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void refusesAnIntervalThatWouldSpin() throws IOException {
        PolicyReloader reloader = open();
        assertThatThrownBy(() -> reloader.start(Duration.ofMillis(9)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("allowed: 10 ms or more");
    }

    /** Issue 13, C1. */
    @Test
    void aReloadThatLosesTheKeysIsRefused() throws IOException {
        String keys = "\nkeys: [ { name: team-a, sha256: \"" + "0a".repeat(32) + "\" } ]\n";
        Files.writeString(file, POLICY + keys);
        PolicyReloader reloader = open();
        assertThat(reloader.problem()).isNull();

        Files.writeString(file, OTHER);
        assertThat(reloader.reload()).isFalse();
        assertThat(reloader.get().keys()).hasSize(1);
        assertThat(heard).containsExactly("refused, team stays");
        assertThat(reloader.problem()).contains("keys", "restart to serve without keys");
        assertThat(reloader.latestCheck().text()).contains("restart to serve without keys");

        Files.writeString(file, OTHER + keys);
        assertThat(reloader.reload()).isTrue();
        assertThat(reloader.problem()).isNull();
    }

    /** A task that throws is dropped by its scheduler without a word. */
    @Test
    void anErrorOfTheJvmDoesNotEndTheRounds() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        PolicyResource found = PolicyResource.file(file);
        PolicyResource failing = new PolicyResource() {
            @Override
            public String source() {
                return found.source();
            }

            @Override
            public String read() throws IOException {
                return found.read();
            }

            @Override
            public String stamp() throws IOException {
                if (looks.incrementAndGet() == 1) {
                    throw new OutOfMemoryError("of this test");
                }
                return found.stamp();
            }
        };
        try (PolicyReloader reloader = PolicyReloader.open(Sample.loader().build(), failing)) {
            Files.writeString(file, OTHER);
            reloader.start(Duration.ofMillis(10));
            await().untilAsserted(() -> assertThat(reloader.get().owner()).isEqualTo("another team"));
        }
    }

    @Test
    void aListenerThatFailsByAnErrorDoesNotKeepTheOthersFromHearing() throws Exception {
        try (PolicyReloader reloader = PolicyReloader.open(Sample.loader().build(), PolicyResource.file(file))) {
            reloader.subscribe(new PolicyListener() {
                @Override
                public void changed(RoutingPolicy previous, RoutingPolicy current, PolicyCheck check) {
                    throw new OutOfMemoryError("of this test");
                }
            });
            reloader.subscribe(listener);
            Files.writeString(file, OTHER);
            assertThat(reloader.reload()).isTrue();
            assertThat(heard).hasSize(1);
        }
    }
}
