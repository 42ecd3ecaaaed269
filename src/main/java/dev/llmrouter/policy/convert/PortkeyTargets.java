package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.convert.KnownProvider.Hint;
import dev.llmrouter.policy.convert.PolicyDraft.DraftModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Targets of Portkey's gateway that ask one model. What says whom to call is followed, or else the target is left out: only
 * where nothing says it is the provider taken from the model's name, with a remark, for prompts go there.
 */
final class PortkeyTargets {
    /** Providers to whose hosts Portkey adds {@code /v1}. */
    private static final Set<String> WITH_VERSION = Set.of("ollama", "deepseek", "openrouter", "together");

    private static final PortkeyAzure NO_AZURE = new PortkeyAzure(null, null, null);

    private final PolicyDraft draft;
    private final boolean isParted;

    /** @param isParted whether conditions part the requests: then a model has all abilities, as Portkey looks at none */
    PortkeyTargets(PolicyDraft draft, boolean isParted) {
        this.draft = draft;
        this.isParted = isParted;
    }

    /**
     * An account that Portkey knows.
     *
     * @param at where it is named
     * @param name its slug without the @, or its virtual key
     * @param isSecret whether it is a key, which messages do not repeat
     */
    private record Account(ForeignNode at, String name, boolean isSecret) {}

    /**
     * The name of the target's model in the draft; null if it cannot be called, which is then remarked.
     *
     * @param own what it says itself, or has of those above it
     */
    @Nullable
    String model(ForeignNode target, PortkeyInherited own) {
        ForeignNode named = own.model();
        String model = named == null ? null : named.text();
        List<Account> accounts = new ArrayList<>();
        if (named != null && model != null && model.startsWith("@")) {
            int slash = model.indexOf('/');
            if (slash > 0) {
                accounts.add(new Account(named, model.substring(1, slash), false));
            }
            model = slash < 0 ? null : model.substring(slash + 1);
        }
        ForeignNode provider = target.get("provider");
        String stated = provider == null ? null : provider.text();
        if (provider != null && stated != null && stated.startsWith("@")) {
            accounts.add(new Account(provider, stated.substring(1), false));
        }
        ForeignNode virtual = target.get("virtual_key", "virtualKey");
        String virtualKey = virtual == null ? null : virtual.text();
        if (virtual != null && virtualKey != null) {
            accounts.add(new Account(virtual, virtualKey, true));
        }
        KnownProvider ofName = stated == null ? null : KnownProvider.of(stated);
        PortkeyAzure azure = ofName != null && ofName.isAzure() ? PortkeyAzure.of(target) : NO_AZURE;
        if (azure.deployment() != null && (model == null || model.isEmpty())) {
            model = azure.deployment().text();
        }
        if (model == null || model.isEmpty()) {
            return leftOut(
                    target, "names no model (override_params.model): add the models that your callers name, by hand");
        }
        DraftDeployment.plain(named == null ? target : named, model);
        if (provider != null && !provider.isSingle()) {
            return leftOut(target, "its provider is no single name: left out");
        }
        KnownProvider known = provider(target, stated, accounts, model);
        if (known == null) {
            return null;
        }
        LiteLlmMode mode = LiteLlmMode.of(null, known.name(), model);
        if (mode.embeds() || mode.refusal() != null) {
            return leftOut(
                    target,
                    mode.refusal() != null
                            ? mode.refusal()
                            : "makes embeddings, and a tier that chats cannot ask it: left out; give it a model with"
                                    + " capabilities: [embeddings] and a tier of its own by hand");
        }
        boolean hasKey = target.get("api_key", "apiKey") != null || known.keyVariable() == null;
        accounts.stream()
                .skip(hasKey ? 0 : 1)
                .forEach(account -> draft.remark(account.at(), "is known to Portkey only: not taken over"));
        return model(target, own, known, model, accounts.isEmpty() ? null : accounts.get(0));
    }

    private @Nullable KnownProvider provider(
            ForeignNode target, @Nullable String stated, List<Account> accounts, String model) {
        Set<KnownProvider> said = new HashSet<>();
        boolean isStated = stated != null && !stated.startsWith("@");
        if (stated != null && isStated) {
            KnownProvider known = KnownProvider.of(stated);
            if (known == null) {
                leftOut(
                        target,
                        "its provider '" + stated
                                + "' is called in a way of its own, or is not known here: if it speaks OpenAI's API, give it"
                                + " a provider with protocol: openai and its baseUrl by hand, else a Camel endpoint (endpoint:)");
                return null;
            }
            said.add(known);
        }
        for (Account account : accounts) {
            Hint hint = KnownProvider.ofAccount(account.name());
            if (hint.isSaid() && hint.provider() == null) {
                leftOut(
                        target,
                        (account.isSecret() ? "its virtual key" : "the account '@" + account.name() + "'")
                                + " is called after several providers, or after one with an API or a host of its own:"
                                + " write its provider by hand");
                return null;
            }
            if (hint.provider() != null) {
                said.add(hint.provider());
            }
        }
        if (said.size() > 1) {
            leftOut(target, "names several providers: left out; write the one that is meant by hand");
            return null;
        }
        KnownProvider known =
                said.isEmpty() ? KnownProvider.ofModel(model) : said.iterator().next();
        if (known == null) {
            leftOut(target, "does not say whose model '" + model + "' is: write its provider by hand");
        } else if (!isStated) {
            draft.remark(
                    target,
                    "is taken to be of '" + known.name() + "' because of the " + (said.isEmpty() ? "model" : "account")
                            + "'s name: check it, for prompts go there");
        }
        return known;
    }

    private @Nullable String model(
            ForeignNode target, PortkeyInherited own, KnownProvider known, String model, @Nullable Account account) {
        DraftHost host = DraftHost.of(own.customHost());
        if (own.customHost() != null && host == null) {
            return leftOut(target, "has a custom_host that is no single value: left out");
        }
        if (account != null && host == null && known.keyVariable() == null) {
            return leftOut(target, "has no custom_host, and only Portkey knows that of its account: left out");
        }
        PortkeyAzure azure = known.isAzure() ? PortkeyAzure.of(target) : NO_AZURE;
        DraftHost asked = known.isAzure()
                ? azure.host(host)
                : host != null && WITH_VERSION.contains(known.name()) ? host.withVersion() : host;
        String id = azure.id(model);
        String provider = DraftDeployment.provider(
                draft,
                target,
                new DraftDeployment.Asked(known, id, asked, Map.of(), azure.query()),
                () -> key(target, known, asked, account));
        if (provider == null) {
            target.settle();
            return null;
        }
        Set<String> abilities = isParted ? DraftDeployment.allOfChat() : DraftDeployment.usual(known);
        draft.remark(
                target,
                "says nothing of prices and of what it can do: assumed are "
                        + String.join(", ", abilities)
                        + (isParted ? DraftDeployment.WHY_ALL : ""));
        DraftModel drafted = new DraftModel(provider, id, null, null, abilities, null);
        for (Map.Entry<String, DraftModel> one : draft.models().entrySet()) {
            if (one.getValue().equals(drafted) && draft.timeouts(one.getKey()).equals(own.timeouts())) {
                return one.getKey();
            }
        }
        String name = draft.model(model, drafted);
        draft.timeouts(name, own.timeouts());
        return name;
    }

    /** Portkey hands no key down, and knows none of its own: a host of the user's own gets none but the one that it is given. */
    private @Nullable DraftKey key(
            ForeignNode target, KnownProvider known, @Nullable DraftHost host, @Nullable Account account) {
        ForeignNode key = target.get("api_key", "apiKey");
        String given = key == null ? null : key.text();
        String variable = host == null ? known.variable() : host.keyVariable(known);
        if (key != null && given != null) {
            return DraftDeployment.stated(draft, key, given, variable);
        }
        if (known.keyVariable() == null) {
            return null;
        }
        if (account != null) {
            return draft.keys().ofAccount(account.at(), variable, account.name());
        }
        if (host != null && host.isElsewhere(known)) {
            draft.remark(
                    target,
                    "names no key for a host of its own, and gets none: if it needs one, add apiKey to its provider by hand");
            return null;
        }
        return DraftKey.inEnvironment(known.keyVariable());
    }

    private @Nullable String leftOut(ForeignNode at, String why) {
        draft.remark(at, why);
        at.settle();
        return null;
    }
}
