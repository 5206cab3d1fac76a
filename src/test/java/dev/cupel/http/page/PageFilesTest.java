package dev.cupel.http.page;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.TestTags;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The page's files: each is served, as itself, with headers that let it do nothing else; and none names another site.
 */
@Tag(TestTags.SLOW)
@QuarkusTest
class PageFilesTest {
    private static final Path FOLDER = Path.of("src/main/resources/page");
    private static final String BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8";
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types 'none'";

    static Stream<String> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }

    private static void assertGuarded(Response answer) {
        answer.then()
                .header("Content-Security-Policy", equalTo(POLICY))
                .header("X-Content-Type-Options", equalTo("nosniff"))
                .header("Referrer-Policy", equalTo("no-referrer"))
                .header("Cross-Origin-Opener-Policy", equalTo("same-origin"))
                .header("Cross-Origin-Resource-Policy", equalTo("same-origin"))
                .header("Cache-Control", equalTo("no-cache"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void eachFileIsServedAsItself(String name) throws IOException {
        Response answer = get("/page/" + name);
        String type = switch (name.substring(name.lastIndexOf('.'))) {
            case ".html" -> "text/html;charset=UTF-8";
            case ".css" -> "text/css;charset=UTF-8";
            case ".js" -> "text/javascript;charset=UTF-8";
            case ".svg" -> "image/svg+xml";
            default -> throw new AssertionError(name);
        };
        answer.then().statusCode(200).contentType(type);
        assertGuarded(answer);
        assertEquals(Files.readString(FOLDER.resolve(name)), new String(answer.asByteArray(), UTF_8));
        String tag = answer.header("ETag");
        for (String known : List.of(tag, "W/" + tag, "\"x\", " + tag)) {
            Response again = given().header("If-None-Match", known).get("/page/" + name);
            again.then().statusCode(304).header("ETag", equalTo(tag));
            assertEquals(0, again.asByteArray().length);
            assertGuarded(again);
        }
        given().header("If-None-Match", "\"x\"").get("/page/" + name).then().statusCode(200);
    }

    /** A policy would stop it; but then something of the page would be missing. */
    @ParameterizedTest
    @MethodSource("files")
    void noFileNamesAnotherSiteOrMakesMarkupOutOfText(String name) throws IOException {
        String text = Files.readString(FOLDER.resolve(name));
        for (MatchResult url : Pattern.compile("(?:https?:)?//[\\w.-]+\\.\\w+[^\\s\"')]*")
                .matcher(text)
                .results()
                .toList()) {
            assertEquals("http://www.w3.org/2000/svg", url.group()); // The name of a vocabulary, which nobody loads.
        }
        for (String word : List.of(
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "new Function",
                "DOMParser",
                "setHTML",
                "createContextualFragment",
                " style=",
                " onclick=",
                "javascript:")) {
            assertFalse(text.contains(word), word);
        }
    }

    @Test
    void aBrowserGetsThePageAndOtherClientsTheListOfCalls() {
        Response page = given().accept(BROWSER).get("/");
        page.then().statusCode(200).contentType("text/html;charset=UTF-8").body(containsString("/page/page.js"));
        page.then().header("Vary", equalTo("Accept"));
        assertGuarded(page);
        get("/").then().statusCode(200).contentType("application/json").body("calls", hasKey("GET /page/{path}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/page",
                "/page/",
                "/page/none.js",
                "/page/../application.properties",
                "/page/%2e%2e/application.properties",
                "/page/..%2Fapplication.properties",
                "/page/page.js/x",
                "/page/PAGE.JS"
            })
    void nothingElseIsThere(String path) {
        given().urlEncodingEnabled(false).get(path).then().statusCode(404).contentType("application/problem+json");
    }

    @Test
    void theFilesAreOnlyRead() {
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
            given().contentType("application/json")
                    .request(method, "/page/page.js")
                    .then()
                    .statusCode(405);
        }
        given().head("/page/page.js").then().statusCode(200);
    }

    /** What the page asks for, a page of another site cannot ask for; the page itself can. */
    @Test
    void onlyThePageItselfMayCall() {
        String own = "http://localhost:" + io.restassured.RestAssured.port;
        String request = "{\"eval_id\": \"own\", \"code\": \"pass\"}";
        given().header("Origin", own)
                .header("Sec-Fetch-Site", "same-origin")
                .contentType("application/json")
                .body(request)
                .post("/preview")
                .then()
                .statusCode(200);
        for (String site : List.of("cross-site", "same-site")) {
            given().header("Sec-Fetch-Site", site)
                    .contentType("application/json")
                    .body(request)
                    .post("/preview")
                    .then()
                    .statusCode(403)
                    .body("reason", equalTo("CrossSite"));
            given().header("Sec-Fetch-Site", site).get("/page/page.js").then().statusCode(403);
        }
        given().header("Origin", "http://localhost:1")
                .contentType("application/json")
                .body(request)
                .post("/preview")
                .then()
                .statusCode(403);
        given().header("Host", "evil.example").accept(BROWSER).get("/").then().statusCode(403);
        assertTrue(get("/jobs?eval_id=own").jsonPath().getList("items").isEmpty());
    }
}
