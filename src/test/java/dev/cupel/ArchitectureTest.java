package dev.cupel;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameStartingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Which package may depend on which: the table of the README's section on the architecture, run. */
class ArchitectureTest {
    private static final String ROOT = "dev.cupel.";
    private static final String[] JAVA = {"java..", "javax.crypto..", "org.jspecify.."};
    private static final String JACKSON = "com.fasterxml.jackson..";
    private static final String SNAKE_YAML = "org.yaml.snakeyaml..";
    private static final String FABRIC8 = "io.fabric8..";
    private static final String FABRIC8_CLASSES = ROOT + "cluster.Fabric8";
    private static final String VERTX = "io.vertx..";
    private static final String LOG = "org.jboss.logging..";
    /** What {@code …Function} classes, and Funqy's side of events, may know of Quarkus. */
    private static final String[] FUNQY = {"io.quarkus.funqy..", "jakarta.enterprise.context..", "jakarta.inject.."};

    /** Beside {@code java} and JSpecify, by package; a name without dots is one of ours. */
    private static final Map<String, List<String>> MAY_DEPEND_ON = new TreeMap<>(Map.of(
            "event", List.of(JACKSON),
            "template", List.of("event", JACKSON, SNAKE_YAML),
            "cluster", List.of("event", "template", JACKSON),
            "render", List.of("event", "template", JACKSON),
            "submit", List.of("event", "template", "cluster", JACKSON),
            "collect", List.of("event", "template", "cluster", JACKSON),
            "funqy",
                    Stream.concat(Stream.of("event", JACKSON), Arrays.stream(FUNQY))
                            .toList(),
            "local", List.of("event", "template", "cluster", JACKSON, LOG),
            "http",
                    List.of(
                            "event",
                            "template",
                            "cluster",
                            "render",
                            "submit",
                            "collect",
                            "local",
                            JACKSON,
                            LOG,
                            "io.quarkus..",
                            "io.smallrye..",
                            VERTX,
                            "io.netty..",
                            "io.micrometer.core.instrument",
                            "jakarta..",
                            "org.eclipse.microprofile.."),
            "app",
                    List.of(
                            "event",
                            "template",
                            "cluster",
                            "render",
                            "submit",
                            "collect",
                            "local",
                            "http",
                            JACKSON,
                            FABRIC8,
                            LOG,
                            "io.quarkus..",
                            VERTX,
                            "jakarta..",
                            "org.eclipse.microprofile..",
                            "picocli..")));

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.cupel");

    @TestFactory
    Stream<DynamicTest> everyPackageDependsOnWhatItMay() {
        return MAY_DEPEND_ON.entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(
                        row.getKey(),
                        () -> mayDependOn(row.getKey(), row.getValue()).check(ALL)));
    }

    /** Fabric8… and …Function classes have rules of their own. */
    private static ArchRule mayDependOn(String name, List<String> allowed) {
        GivenClassesConjunction plain = classes()
                .that()
                .resideInAPackage(ROOT + name)
                .and(DescribedPredicate.not(nameStartingWith(FABRIC8_CLASSES)))
                .and(DescribedPredicate.not(ofFunction()));
        return plain.should().onlyDependOnClassesThat(resideInAnyPackage(packages(name, allowed)));
    }

    private static String[] packages(String own, List<String> allowed) {
        List<String> packages = new ArrayList<>(Arrays.asList(JAVA));
        packages.add(ROOT + own);
        allowed.forEach(name -> packages.add(name.contains(".") ? name : ROOT + name));
        return packages.toArray(String[]::new);
    }

    /** Quarkus makes proxies and beans of them, which are not there yet when this runs. */
    private static DescribedPredicate<JavaClass> ofFunction() {
        return DescribedPredicate.describe(
                "are functions", c -> c.getSimpleName().endsWith("Function"));
    }

    @Test
    void everyPackageHasARow() {
        Set<String> packages = ALL.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(ROOT))
                .map(name -> name.substring(ROOT.length()))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(MAY_DEPEND_ON.keySet(), packages);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.cupel.(*)..").should().beFreeOfCycles().check(ALL);
    }

    @Test
    void functionsKnowFunqyAndTheirOwnLogicOnly() {
        for (String name : List.of("render", "submit", "collect")) {
            List<String> allowed = new ArrayList<>(MAY_DEPEND_ON.getOrDefault(name, List.of()));
            allowed.add("funqy");
            allowed.addAll(Arrays.asList(FUNQY));
            classes()
                    .that()
                    .resideInAPackage(ROOT + name)
                    .and(ofFunction())
                    .should()
                    .onlyDependOnClassesThat(resideInAnyPackage(packages(name, allowed)))
                    .check(ALL);
        }
    }

    @Test
    void fabric8StaysInItsClasses() {
        classes()
                .that()
                .resideInAPackage("dev.cupel.cluster")
                .and(nameStartingWith(FABRIC8_CLASSES))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(packages(
                        "cluster",
                        List.of(
                                "event",
                                "template",
                                JACKSON,
                                FABRIC8,
                                VERTX,
                                "io.netty.handler.ssl..",
                                "javax.net.ssl.."))))
                .check(ALL);
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.cupel.cluster", "dev.cupel.app")
                .should()
                .dependOnClassesThat(resideInAnyPackage(FABRIC8))
                .check(ALL);
    }

    @Test
    void theCoreKnowsNoFramework() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.cupel.event", "dev.cupel.template", ROOT + "render", ROOT + "submit", ROOT + "collect")
                .and(DescribedPredicate.not(ofFunction()))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "io.quarkus..",
                        FABRIC8,
                        "io.vertx..",
                        "io.smallrye..",
                        "jakarta..",
                        "org.jboss..",
                        "org.eclipse.."))
                .check(ALL);
    }

    @Test
    void onlyTheProgramItselfImportsLocalAndHttp() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.cupel.app", "dev.cupel.http")
                .should()
                .dependOnClassesThat(resideInAnyPackage("dev.cupel.http"))
                .check(ALL);
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.cupel.app", "dev.cupel.local")
                .and()
                .haveNameNotMatching("dev\\.cupel\\.http\\.Broker.*")
                .should()
                .dependOnClassesThat(resideInAnyPackage("dev.cupel.local"))
                .check(ALL);
    }

    @Test
    void everyPackageIsNullMarkedAndSaysWhatLivesThere() {
        List<String> unmarked = packagesOf(ALL)
                .filter(p -> !p.getClasses().isEmpty())
                .filter(p -> !p.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .toList();
        assertEquals(List.of(), unmarked);
        assertTrue(packagesOf(ALL).count() >= MAY_DEPEND_ON.size());
    }

    private static Stream<JavaPackage> packagesOf(JavaClasses classes) {
        return classes.getPackage("dev.cupel").getSubpackagesInTree().stream();
    }
}
