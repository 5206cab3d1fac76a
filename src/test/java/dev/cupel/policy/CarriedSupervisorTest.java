package dev.cupel.policy;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.policy.CarriedSupervisor.Way;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.request.JobRendered;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A Job may carry exactly the supervisor of its installation, in exactly one way, and nothing else beside it. */
class CarriedSupervisorTest {
    private static final String IMAGE = "docker.io/lab/cupel-supervisor:1";

    private static void check(ObjectNode job, CarriedSupervisor... allowed) {
        Hardener.check(job);
        CarriedSupervisor.check(job, Arrays.stream(allowed).findFirst());
    }

    static Stream<Arguments> refused() {
        return Arrays.stream(Way.values())
                .flatMap(way -> Alteration.carried(way).stream()
                        .map(alteration -> Arguments.of(way.wireName(), alteration, way)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void refused(String name, Alteration alteration, Way way) {
        CarriedSupervisor supervisor = new CarriedSupervisor(way, IMAGE);
        ObjectNode altered = alteration.altered(Alteration.original(supervisor));
        Rejected rejected = assertThrows(Rejected.class, () -> check(altered, supervisor));
        assertEquals(RejectionReason.NOT_HARDENED, rejected.reason());
        if (alteration.installation()) {
            assertEquals("/manifest" + alteration.pointer(), rejected.field());
            assertDoesNotThrow(() -> Hardener.check(altered), "the image is for the installation to say");
        } else {
            assertThrows(Rejected.class, () -> Hardener.check(altered));
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void isTakenWhereTheInstallationCarriesItSoAndNowhereElse(Way way) {
        CarriedSupervisor supervisor = new CarriedSupervisor(way, IMAGE);
        ObjectNode job = Alteration.original(supervisor);
        assertDoesNotThrow(() -> check(job, supervisor));
        assertTrue(message(job).endsWith("none is carried here"), message(job));
        for (Way other : Way.values()) {
            if (other != way) {
                String told = message(job, new CarriedSupervisor(other, IMAGE));
                assertTrue(told.endsWith("by " + other.wireName()), told);
            }
        }
    }

    private static String message(ObjectNode job, CarriedSupervisor... allowed) {
        return assertThrows(Rejected.class, () -> check(job, allowed)).text();
    }

    /** One that was rendered before the installation was changed, or a template of another capture. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void aJobThatCarriesNoneIsTakenEverywhere(Way way) {
        assertDoesNotThrow(() -> check(Alteration.original(), new CarriedSupervisor(way, IMAGE)));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aTemplateCannotBringItsOwn(Way way) {
        ObjectNode job = Alteration.original(new CarriedSupervisor(way, IMAGE));
        List<String> told =
                Hardener.harden(job).stream().map(Rule.Violation::pointer).toList();
        assertFalse(told.isEmpty());
        assertTrue(told.contains("/spec/template/spec/volumes/1/name"), told.toString());
    }

    /** What the API server makes of it, {@code SubmittedManifestTest} tries on a real one. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void whatWasSubmittedIsKnownAgain(Way way) {
        ObjectNode sent = Alteration.original(new CarriedSupervisor(way, IMAGE));
        String digest = JobRendered.digestOf(sent).value();
        sent.withObject("/metadata/annotations").put("cupel.dev/digest", digest);
        ObjectNode stored = sent.deepCopy();
        stored.withObject("/spec/template/spec").put("dnsPolicy", "ClusterFirst");
        assertEquals(Optional.empty(), StoredJob.findChange(sent, stored));
        assertTrue(SubmittedManifest.of(stored, PodSettings.none()).isExact());

        ((ObjectNode) stored.at("/spec/template/spec/containers/0/volumeMounts/1")).remove("readOnly");
        assertEquals(
                "/spec/template/spec/containers/0/volumeMounts/1/readOnly",
                StoredJob.findChange(sent, stored).orElseThrow().pointer());
        assertFalse(SubmittedManifest.of(stored, PodSettings.none()).isExact());
    }

    @Test
    void aWayIsKnownByItsNameAlone() {
        assertEquals(Optional.of(Way.IMAGE_VOLUME), Way.find("image-volume"));
        assertEquals(Optional.empty(), Way.find("inline"));
        assertEquals(Optional.empty(), Way.find("IMAGE_VOLUME"));
    }
}
