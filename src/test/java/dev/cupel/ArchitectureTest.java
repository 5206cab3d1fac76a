package dev.cupel;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
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
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Which room may depend on which: the table of ARCHITECTURE.md, run. */
class ArchitectureTest {
    private static final String ROOT = "dev.cupel.";
    private static final int MOST_FILES = 20;
    private static final String[] JAVA = {"java..", "org.jspecify..", "com.fasterxml.jackson.."};

    /** Of a room: the rooms that it may know, and beside {@code java}, JSpecify and Jackson the libraries. */
    private record Row(List<String> rooms, List<String> libraries) {}

    /** What libraries a room may know, by the words of the table. */
    private static final Map<String, List<String>> LIBRARIES = Map.ofEntries(
            Map.entry("SnakeYAML", List.of("org.yaml.snakeyaml..")),
            Map.entry("`javax.crypto`", List.of("javax.crypto..")),
            Map.entry("JBoss logging", List.of("org.jboss.logging..")),
            Map.entry("fabric8", List.of("io.fabric8..")),
            Map.entry("Vert.x", List.of("io.vertx..")),
            Map.entry("Netty", List.of("io.netty..")),
            Map.entry("TLS", List.of("javax.net.ssl..")),
            Map.entry("picocli", List.of("picocli..")),
            Map.entry("Micrometer", List.of("io.micrometer..")),
            Map.entry("OpenTelemetry", List.of("io.opentelemetry..")),
            Map.entry("Quarkus", List.of("io.quarkus..", "io.smallrye..", "jakarta..", "org.eclipse.microprofile..")),
            Map.entry("Funqy in `…Function`", List.of()));

    private static final String[] FUNQY = {"io.quarkus.funqy..", "jakarta.enterprise.context..", "jakarta.inject.."};

    private static final Map<String, Row> TABLE = table();

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.cupel");

    private static Map<String, Row> table() {
        Map<String, Row> rows = new TreeMap<>();
        for (List<String> cells : Markdown.read(Path.of("ARCHITECTURE.md")).table("room")) {
            rows.put(cells.get(0).replace("`", ""), new Row(words(cells.get(2)), words(cells.get(3))));
        }
        return rows;
    }

    private static List<String> words(String cell) {
        return Arrays.stream(cell.split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> everyRoomDependsOnWhatItMay() {
        return TABLE.entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> check(row.getKey(), row.getValue())));
    }

    private static void check(String room, Row row) {
        List<String> allowed = new ArrayList<>(Arrays.asList(JAVA));
        allowed.add(ROOT + room);
        row.rooms().forEach(name -> allowed.add(ROOT + name));
        row.libraries().forEach(name -> allowed.addAll(LIBRARIES.get(name)));
        classes()
                .that()
                .resideInAPackage(ROOT + room)
                .and(DescribedPredicate.not(ofFunction()))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(allowed.toArray(String[]::new)))
                .check(ALL);
    }

    /** Each is thin: Funqy, and the logic of its own room. Quarkus makes proxies of them. */
    private static DescribedPredicate<JavaClass> ofFunction() {
        return DescribedPredicate.describe(
                "are functions", c -> c.getSimpleName().endsWith("Function"));
    }

    @Test
    void everyRoomHasARow() {
        assertEquals(
                TABLE.keySet(),
                rooms().map(room -> room.getName().substring(ROOT.length()))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** What a row allows and nothing uses is taken out of it. */
    @Test
    void noRowAllowsWhatNothingUses() {
        Map<String, List<String>> unused = new TreeMap<>();
        TABLE.forEach((room, row) -> {
            List<String> used = ALL.stream()
                    .filter(c -> c.getPackageName().equals(ROOT + room))
                    .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
                    .map(dependency -> dependency.getTargetClass().getPackageName())
                    .distinct()
                    .toList();
            List<String> idle = row.rooms().stream()
                    .filter(name -> !used.contains(ROOT + name))
                    .toList();
            if (!idle.isEmpty()) {
                unused.put(room, idle);
            }
        });
        assertEquals(Map.of(), unused);
    }

    @Test
    void aRoomHoldsWhatOneCanKeepInMind() {
        List<String> full = rooms().filter(room -> topLevel(room).count() > MOST_FILES)
                .map(JavaPackage::getName)
                .toList();
        assertEquals(List.of(), full);
    }

    @Test
    void roomsHaveNoCycles() {
        slices().assignedFrom(by("room", JavaClass::getPackageName))
                .should()
                .beFreeOfCycles()
                .check(ALL);
    }

    @Test
    void classesHaveNoCycles() {
        slices().assignedFrom(by("class", c -> c.getName().replaceFirst("\\$.*", "")))
                .should()
                .beFreeOfCycles()
                .check(ALL);
    }

    private static SliceAssignment by(String what, Function<JavaClass, String> key) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                return javaClass.getPackageName().startsWith(ROOT)
                        ? SliceIdentifier.of(key.apply(javaClass))
                        : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return what;
            }
        };
    }

    @Test
    void functionsKnowFunqyAndTheirOwnLogicOnly() {
        for (String room : List.of("render", "submit", "collect")) {
            List<String> allowed = new ArrayList<>(Arrays.asList(JAVA));
            allowed.addAll(Arrays.asList(FUNQY));
            Stream.of(room, "cloudevents", "quarkus", "rejection").forEach(name -> allowed.add(ROOT + name));
            classes()
                    .that()
                    .resideInAPackage(ROOT + room)
                    .and(ofFunction())
                    .should()
                    .onlyDependOnClassesThat(resideInAnyPackage(allowed.toArray(String[]::new)))
                    .check(ALL);
        }
    }

    /** Whatever the table says. */
    @Test
    void theCoreKnowsNoFramework() {
        noClasses()
                .that()
                .resideInAnyPackage(Stream.of(
                                "rejection",
                                "json",
                                "cloudevents",
                                "kubernetes",
                                "request",
                                "result",
                                "policy",
                                "template",
                                "render",
                                "lint",
                                "submit",
                                "telemetry",
                                "collect..")
                        .map(ROOT::concat)
                        .toArray(String[]::new))
                .and(DescribedPredicate.not(ofFunction()))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "io.quarkus..",
                        "io.fabric8..",
                        "io.vertx..",
                        "io.netty..",
                        "io.smallrye..",
                        "jakarta..",
                        "org.jboss..",
                        "org.eclipse.."))
                .check(ALL);
    }

    @Test
    void everyRoomIsNullMarkedAndSaysWhatLivesThere() {
        List<String> unmarked = rooms().filter(p -> !p.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .toList();
        assertEquals(List.of(), unmarked);
        assertTrue(TABLE.size() > 20, "the table was read");
    }

    private static Stream<JavaPackage> rooms() {
        return ALL.getPackage("dev.cupel").getSubpackagesInTree().stream()
                .filter(room -> topLevel(room).findAny().isPresent());
    }

    private static Stream<JavaClass> topLevel(JavaPackage room) {
        return room.getClasses().stream()
                .filter(c -> c.isTopLevelClass() && !c.getSimpleName().equals("package-info"));
    }
}
