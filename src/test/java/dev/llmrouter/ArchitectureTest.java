package dev.llmrouter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Holds the package table of docs/decisions/0001-the-house.md. */
@ArchTag("once")
@AnalyzeClasses(packages = "dev.llmrouter", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule noPackageCycles =
            slices().matching("dev.llmrouter.(**)").should().beFreeOfCycles();

    /** An import must say which class is meant by its name alone. */
    @ArchTest
    static void oneClassForEachSimpleName(JavaClasses classes) {
        Map<String, List<String>> bySimpleName = classes.stream()
                .filter(each -> each.isTopLevelClass() && !each.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(
                        JavaClass::getSimpleName, Collectors.mapping(JavaClass::getName, Collectors.toList())));
        assertThat(bySimpleName.values()).allSatisfy(names -> assertThat(names).hasSize(1));
    }

    @ArchTest
    static final ArchRule nobodyKnowsSpring =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.springframework..");

    @ArchTest
    static final ArchRule onlyTheOuterRingKnowsCamel = noClasses()
            .that()
            .resideOutsideOfPackages("dev.llmrouter.camel..", "dev.llmrouter.application..", "dev.llmrouter.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.camel..");

    @ArchTest
    static final ArchRule coreDoesNotAskTheSystemForTimeOrChance = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.llmrouter.policy..",
                    "dev.llmrouter.chat..",
                    "dev.llmrouter.classify..",
                    "dev.llmrouter.decide..",
                    "dev.llmrouter.dispatch..",
                    "dev.llmrouter.route..",
                    "dev.llmrouter.record..",
                    "dev.llmrouter.evaluate..",
                    "dev.llmrouter.audit..")
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callMethod(java.util.UUID.class, "randomUUID");

    @ArchTest
    static final ArchRule packagesUseOnlyWhatTheTableAllows = Architectures.layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("policy")
            .definedBy("dev.llmrouter.policy..")
            .layer("chat")
            .definedBy("dev.llmrouter.chat..")
            .layer("classify")
            .definedBy("dev.llmrouter.classify..")
            .layer("decide")
            .definedBy("dev.llmrouter.decide..")
            .layer("dispatch")
            .definedBy("dev.llmrouter.dispatch..")
            .layer("simulator")
            .definedBy("dev.llmrouter.simulator..")
            .layer("provider")
            .definedBy("dev.llmrouter.provider..")
            .layer("record")
            .definedBy("dev.llmrouter.record..")
            .layer("route")
            .definedBy("dev.llmrouter.route..")
            .layer("evaluate")
            .definedBy("dev.llmrouter.evaluate..")
            .layer("audit")
            .definedBy("dev.llmrouter.audit..")
            .layer("report")
            .definedBy("dev.llmrouter.report..")
            .layer("camel")
            .definedBy("dev.llmrouter.camel..")
            .layer("application")
            .definedBy("dev.llmrouter.application..")
            .layer("cli")
            .definedBy("dev.llmrouter.cli..")
            .whereLayer("policy")
            .mayNotAccessAnyLayer()
            .whereLayer("chat")
            .mayOnlyAccessLayers("policy")
            .whereLayer("classify")
            .mayOnlyAccessLayers("policy", "chat")
            .whereLayer("decide")
            .mayOnlyAccessLayers("policy", "chat", "classify")
            .whereLayer("dispatch")
            .mayOnlyAccessLayers("policy", "chat", "classify", "decide")
            .whereLayer("simulator")
            .mayOnlyAccessLayers("policy", "chat", "classify", "decide", "dispatch")
            .whereLayer("record")
            .mayOnlyAccessLayers("policy", "chat", "classify", "decide", "dispatch")
            .whereLayer("provider")
            .mayOnlyAccessLayers("policy", "chat", "classify", "decide", "dispatch")
            .whereLayer("route")
            .mayOnlyAccessLayers("policy", "chat", "classify", "decide", "dispatch", "record")
            .whereLayer("evaluate")
            .mayOnlyAccessLayers("policy", "chat", "classify")
            .whereLayer("audit")
            .mayOnlyAccessLayers("policy", "chat", "classify", "decide", "dispatch", "record", "evaluate")
            .whereLayer("report")
            .mayOnlyBeAccessedByLayers("camel", "cli")
            .whereLayer("application")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer();
}
