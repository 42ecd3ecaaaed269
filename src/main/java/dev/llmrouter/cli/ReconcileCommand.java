package dev.llmrouter.cli;

import dev.llmrouter.audit.invoice.Invoice;
import dev.llmrouter.audit.invoice.InvoiceColumns;
import dev.llmrouter.audit.invoice.ModelNames;
import dev.llmrouter.audit.invoice.Reconciliation;
import dev.llmrouter.audit.invoice.ReconciliationJson;
import dev.llmrouter.audit.invoice.ReconciliationText;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.PolicyException;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.LedgerSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code reconcile}: whether the ledger and a provider's usage or cost export say the same. Reads both, changes neither. */
@Command(
        name = "reconcile",
        mixinStandardHelpOptions = true,
        description =
                "Compares the ledger with a provider's usage or cost export (CSV), per day and model, and says where they"
                        + " differ and why that may be.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:they agree",
            "1:they differ by more than the tolerance",
            "2:wrong usage, or the export or the ledger cannot be read"
        })
public final class ReconcileCommand extends ConsoleCommand {
    private static final int NO = 1;
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private final Clock clock;
    private final Map<String, String> environment;

    @Mixin
    LedgerOptions ledger = new LedgerOptions();

    @Mixin
    InvoiceOptions columns = new InvoiceOptions();

    @Option(names = "--invoice", paramLabel = "FILE", required = true, description = "The provider's export, as CSV.")
    @Nullable
    Path invoice;

    @Option(
            names = "--provider",
            paramLabel = "NAME",
            required = true,
            description =
                    "Name of the provider in the policy, whose calls are compared. May be repeated: an account that"
                            + " several share has one invoice.")
    List<String> providers = List.of();

    @Option(
            names = "--from",
            paramLabel = "DAY",
            converter = DayConverter.class,
            description = "First day, as in 2026-07-01. Default: the export's first.")
    @Nullable
    LocalDate from;

    @Option(
            names = "--to",
            paramLabel = "DAY",
            converter = DayConverter.class,
            description = "Last day, inclusive. Default: the export's last.")
    @Nullable
    LocalDate to;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "Whose days the export counts, as in America/Los_Angeles. Default: UTC.")
    String zone = "UTC";

    @Option(
            names = "--tolerance",
            paramLabel = "PERCENT",
            converter = DecimalConverter.class,
            description = "How far two numbers may be apart, 0 to 100. Default: 0.5.")
    BigDecimal tolerance = new BigDecimal("0.5");

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "Routing policy that says which name each model has at its provider.")
    @Nullable
    Path policy;

    @Option(names = "--json", description = "Prints the comparison as JSON.")
    boolean json;

    /** A command with the system's clock and environment. */
    public ReconcileCommand() {
        this(Clock.systemUTC(), System.getenv());
    }

    /** @param environment says where the ledger is, unless an option does */
    public ReconcileCommand(Clock clock, Map<String, String> environment) {
        this.clock = clock;
        this.environment = Map.copyOf(environment);
    }

    @Override
    public Integer call() {
        if (tolerance.signum() < 0 || tolerance.compareTo(HUNDRED) > 0) {
            return wrong("--tolerance is " + tolerance + "; allowed is a percentage from 0 to 100");
        }
        for (LocalDate day : new LocalDate[] {from, to}) {
            if (day != null && (day.getYear() < 2000 || day.getYear() > 9999)) {
                return wrong("'" + day
                        + "' as --from or --to is no day of a ledger; allowed are those of the years 2000 to 9999");
            }
        }
        if (from != null && to != null && from.isAfter(to)) {
            return wrong("--from " + from + " is after --to " + to);
        }
        Map<String, String> remote = new LinkedHashMap<>();
        ZoneId days;
        InvoiceColumns read;
        LedgerSettings settings;
        try {
            days = ZoneId.of(zone);
            read = columns.columns();
            settings = ledger.settings(environment);
            if (policy != null) {
                RoutingPolicy loaded = PolicyFile.loadWithoutSecrets(policy, clock);
                for (String provider : providers) {
                    List<Model> models = loaded.models().values().stream()
                            .filter(model -> model.provider().equals(provider))
                            .toList();
                    if (models.isEmpty() && columns.models.isEmpty()) {
                        return wrong("the policy has no model of a provider '" + provider + "'; it has: "
                                + String.join(", ", loaded.providers().keySet()));
                    }
                    models.forEach(model -> remote.put(model.name(), model.remoteName()));
                }
            }
        } catch (PolicyException e) {
            return wrong(e.check().text());
        } catch (DateTimeException e) {
            return wrong("--zone is '" + zone + "'; allowed are names as UTC or Europe/Berlin");
        } catch (IllegalArgumentException | IOException e) {
            return wrong(String.valueOf(e.getMessage()));
        }
        return compare(settings, days, read, new ModelNames(remote, columns.models));
    }

    private int compare(LedgerSettings settings, ZoneId days, InvoiceColumns read, ModelNames names) {
        Path file = Objects.requireNonNull(invoice, "picocli requires it");
        Invoice billed;
        if (Files.isDirectory(file)) {
            return wrong("the export " + file + " is a folder. Name a file in it with --invoice");
        }
        try {
            billed = Invoice.read(Files.newBufferedReader(file), read, days);
        } catch (CharacterCodingException e) {
            return wrong(
                    "the export " + file + " is not in UTF-8. Save it so (in Excel: CSV UTF-8), or convert it, as with"
                            + " iconv -f UTF-16 -t UTF-8, or -f WINDOWS-1252");
        } catch (NoSuchFileException e) {
            return wrong(
                    "there is no export " + file + ". Name the file that the provider's console wrote with --invoice");
        } catch (IOException e) {
            return wrong("the export cannot be read: " + Explained.reason(e));
        } catch (ArithmeticException e) {
            return wrong(tooMuch(file));
        } catch (IllegalArgumentException e) {
            return wrong("the export " + file + ": " + e.getMessage());
        }
        try (LedgerReader reader = LedgerReader.openForReport(settings)) {
            Reconciliation reconciliation =
                    Reconciliation.of(reader, billed, providers, from, to, days, names, tolerance);
            PrintWriter out = out();
            if (json) {
                out.println(ReconciliationJson.write(reconciliation));
            } else {
                out.print(ReconciliationText.write(reconciliation));
            }
            out.flush();
            return reconciliation.differences().isEmpty() ? 0 : NO;
        } catch (IllegalArgumentException e) {
            return wrong("the export " + file + ": " + e.getMessage());
        } catch (ArithmeticException e) {
            return wrong(tooMuch(file));
        } catch (IOException e) {
            return wrong("what waits for the ledger's database cannot be read: " + Explained.reason(e));
        } catch (SQLException e) {
            return wrong(
                    "the ledger in " + settings.place() + " cannot be read: " + e.getMessage()
                            + ". Name the data folder of a gateway that has served requests with --data DIR or LLM_ROUTER_DATA.");
        }
    }

    private static String tooMuch(Path file) {
        return "the numbers of the export " + file
                + " add up to more than can be counted. Look at which columns are read; name them with --input-column and"
                + " the others of reconcile --help";
    }
}
