package dev.llmrouter.policy.load;

import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Simulation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses changes of a running policy that a slip of the editor makes and that nobody would notice: to let everybody in, to answer by the
 * simulator, or to lose the key of a provider that is called takes a restart, or another change of the file.
 */
final class ReloadGuard {
    private ReloadGuard() {}

    /** The check, not usable where its policy must not replace the one in force. */
    static PolicyCheck guarded(RoutingPolicy running, PolicyCheck check) {
        RoutingPolicy policy = check.policy();
        Problem why = policy == null ? null : why(running, policy, check);
        return why == null ? check : refused(check, why);
    }

    /** The check as one that is not usable. */
    static PolicyCheck refused(PolicyCheck check, Problem why) {
        List<Problem> problems = new ArrayList<>(check.problems());
        problems.add(0, why);
        return new PolicyCheck(null, problems, check.source(), check.fileText());
    }

    private static @Nullable Problem why(RoutingPolicy running, RoutingPolicy next, PolicyCheck check) {
        if (!running.keys().isEmpty() && next.keys().isEmpty()) {
            return unusable(
                    "keys",
                    "is empty or missing, while the policy in force has keys: everybody could call the gateway",
                    "Put the keys back, or restart to serve without keys.",
                    at(check, "keys"));
        }
        for (Provider provider : next.providers().values()) {
            if (provider.lacksKey() && hasKey(running.providers().get(provider.name()))) {
                return unusable(
                        "providers." + Quoted.bare(provider.name()) + ".apiKey",
                        "has no value, while it has one in the policy in force: the provider would no longer be called",
                        "Name a variable that is set, or remove the provider; a variable of the environment that is new takes a restart.",
                        at(check, "providers", provider.name(), "apiKey"));
            }
        }
        return next.isSimulated() && next.simulation() != Simulation.ALWAYS && !running.isSimulated()
                ? unusable(
                        "simulation",
                        "is 'without-keys' and no provider has its key any more: callers would get answers that the simulator makes up",
                        "Give a provider its key, write 'always' to simulate, or restart.",
                        at(check, "simulation"))
                : null;
    }

    private static boolean hasKey(@Nullable Provider provider) {
        return provider != null && provider.hasKey();
    }

    private static Problem unusable(String path, String what, String fix, YamlNode.Position at) {
        return new Problem(Severity.UNUSABLE, at.line(), at.column(), path, what, fix);
    }

    /** The text is read once more: its checks say nothing of what is no fault by itself. */
    private static YamlNode.Position at(PolicyCheck check, Object... way) {
        YamlNode root = YamlReader.read(check.fileText(), check.source(), new Problems());
        return root == null ? YamlNode.Position.START : new Places(root).of(way);
    }
}
