package dev.cupel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;

/** {@code mvn test} stays quick: what starts a server or a process is tagged as slow, or as a cluster's. */
class SpeedTest {
    private static final Set<String> STARTERS =
            Set.of("io.quarkus.test.junit.QuarkusTest", "java.lang.ProcessBuilder", "dev.cupel.local.LocalJobApi");

    @Test
    void whatStartsAServerOrAProcessIsTagged() {
        Set<String> untagged = new ClassFileImporter()
                .withImportOption(new ImportOption.OnlyIncludeTests()).importPackages("dev.cupel").stream()
                        .filter(SpeedTest::hasTests)
                        .filter(tested -> !tested.getSimpleName().endsWith("IT"))
                        .filter(tested -> starts(tested, new HashSet<>()))
                        .filter(tested -> !isTagged(tested))
                        .map(JavaClass::getName)
                        .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(Set.of(), untagged, "needs a @Tag of TestTags");
    }

    private static boolean hasTests(JavaClass tested) {
        return tested.getAllMethods().stream()
                .anyMatch(method -> List.of(Test.class, TestFactory.class, ParameterizedTest.class).stream()
                        .anyMatch(method::isAnnotatedWith));
    }

    /** By itself, or by what the tests bring along and is no test. */
    private static boolean starts(JavaClass from, Set<JavaClass> seen) {
        return seen.add(from)
                && from.getDirectDependenciesFromSelf().stream()
                        .map(Dependency::getTargetClass)
                        .anyMatch(target -> STARTERS.contains(target.getName())
                                || (isOfTests(target) && !hasTests(target) && starts(target, seen)));
    }

    private static boolean isOfTests(JavaClass target) {
        return target.getSource()
                .filter(source -> source.getUri().toString().contains("/test-classes/"))
                .isPresent();
    }

    private static boolean isTagged(JavaClass tested) {
        return tested.isAnnotatedWith(Tag.class)
                || tested.isMetaAnnotatedWith(Tag.class)
                || tested.getMethods().stream().anyMatch(method -> method.isAnnotatedWith(Tag.class))
                || tested.getEnclosingClass().filter(SpeedTest::isTagged).isPresent();
    }
}
