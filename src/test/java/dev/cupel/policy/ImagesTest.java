package dev.cupel.policy;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.kubernetes.ImagePattern;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.render.Binder;
import dev.cupel.render.Renderer;
import dev.cupel.render.Requests;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImagesTest {
    private static final Images OWN = new Images(
            List.of(new ImagePattern("r.example/lang/*:*"), new ImagePattern("r.example/a[.]b")),
            Optional.of("r.example/python:3"));

    private static void render(String more) {
        Requests.render(
                new Renderer(
                        new Templates(new TemplateFiles.BuiltIn(), Optional.empty()),
                        new Binder(),
                        Installations.of(OWN)),
                Requests.decode("{\"eval_id\": \"a\", \"code\": \"1\"" + more + "}"));
    }

    @Test
    void anAsteriskIsAnythingButASlashAndAllElseIsItself() {
        assertTrue(OWN.allow("r.example/lang/go:1.24"));
        assertTrue(OWN.allow("r.example/lang/go@sha256:0"));
        assertTrue(OWN.allow("r.example/python:3"));
        assertTrue(OWN.allow("r.example/a[.]b"));
        for (String other : List.of(
                "r.example/lang/x/go:1",
                "r-example/lang/go:1",
                "r.example/python:3.1",
                "r.example/lang/go",
                "r.example/a.b",
                "")) {
            assertFalse(OWN.allow(other), other);
        }
    }

    @Test
    void whereNothingIsListedTheTemplatesSay() {
        assertTrue(Images.any().allow("anything"));
        assertTrue(new Images(List.of(), Optional.of("a")).allow("b"));
    }

    @Test
    void aRequestIsToldWhichAreAllowed() {
        Rejected rejected =
                assertThrows(Rejected.class, () -> render(", \"image\": \"docker.io/library/python:3.12\""));

        assertEquals(RejectionReason.IMAGE_NOT_ALLOWED, rejected.reason());
        assertEquals("/image", rejected.field());
        assertEquals(
                "\"docker.io/library/python:3.12\" is none of the images that this installation allows (CUPEL_IMAGES):"
                        + " r.example/lang/*:*, r.example/a[.]b, r.example/python:3",
                rejected.text());
    }

    @Test
    void aTemplatesDefaultIsNamedAsSuch() {
        Rejected rejected = assertThrows(Rejected.class, () -> render(""));

        assertEquals("/image", rejected.field());
        assertTrue(
                rejected.text().startsWith("the default of template \"python\", \"docker.io/library/"),
                rejected.text());
    }

    @Test
    void aManifestIsHeldToThemToo() {
        Rejected rejected =
                assertThrows(Rejected.class, () -> Installations.of(OWN).check(Alteration.original()));

        assertEquals(RejectionReason.IMAGE_NOT_ALLOWED, rejected.reason());
        assertEquals("/manifest/spec/template/spec/containers/0/image", rejected.field());
        var job = Alteration.original();
        job.withObject("/spec/template/spec/containers/0").put("image", "r.example/lang/go:1");
        assertDoesNotThrow(() -> Installations.of(OWN).check(job));
    }
}
