package dev.cupel.http.door;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cupel.http.problem.HttpReason;
import dev.cupel.http.problem.HttpRejected;
import io.vertx.core.MultiMap;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallersTest {
    private static final Callers LOCAL = Callers.local("127.0.0.1", List.of());

    private static MultiMap headers(String... namesAndValues) {
        MultiMap headers = HeadersMultiMap.httpHeaders();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    private static void takes(Callers callers, String... headers) {
        assertDoesNotThrow(() -> callers.check("POST", headers(headers)));
    }

    private static void refuses(Callers callers, String... headers) {
        for (String method : List.of("POST", "GET", "OPTIONS", "DELETE")) {
            HttpRejected rejected = assertThrows(HttpRejected.class, () -> callers.check(method, headers(headers)));
            assertEquals(HttpReason.CROSS_SITE, rejected.reason());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:8080",
                "LOCALHOST:1",
                "localhost.",
                "a.localhost:80",
                "127.0.0.1",
                "127.0.0.1:9",
                "127.8.9.10",
                "[::1]",
                "[::1]:8080",
                "[0:0:0:0:0:0:0:1]:80"
            })
    void loopbacksNamesAreThisServers(String host) {
        takes(LOCAL, "Host", host);
        takes(LOCAL, "Host", host, "Origin", "http://" + host, "Sec-Fetch-Site", "same-origin");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8080",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "evil-localhost",
                "127.0.0.1@evil.example",
                "evil.example#localhost",
                "10.0.0.1",
                "1270.0.0.1",
                "[::2]",
                "[::1].evil.example",
                "",
                " ",
                "localhost:evil",
                "127.0.0.1:80:80",
                "0.0.0.0",
                "xn--localhost",
                "localhost,evil.example"
            })
    void noOtherNameIs(String host) {
        refuses(LOCAL, "Host", host);
    }

    @Test
    void thereIsOneHost() {
        refuses(LOCAL);
        refuses(LOCAL, "Host", "localhost", "Host", "localhost");
    }

    @Test
    void whatItWasToldIsItsNameToo() {
        Callers told = Callers.local("box.lan", List.of("Cupel"));
        takes(told, "Host", "box.lan:8080");
        takes(told, "Host", "BOX.lan");
        takes(told, "Host", "cupel:80");
        takes(told, "Host", "192.168.1.7");
        refuses(told, "Host", "other.lan");
        Callers everywhere = Callers.local("0.0.0.0", List.of());
        takes(everywhere, "Host", "192.168.1.7:8080");
        takes(everywhere, "Host", "[fe80::1]");
        refuses(everywhere, "Host", "evil.example");
        Callers six = Callers.local("::1", List.of());
        takes(six, "Host", "[::1]:8080");
        refuses(six, "Host", "192.168.1.7");
    }

    @Test
    void noPageOfAnotherSiteMayAskInAnyMode() {
        for (Callers callers : List.of(LOCAL, Callers.ofAnyName(""), Callers.local("0.0.0.0", List.of("x")))) {
            String host = "localhost:8080";
            for (String origin : List.of(
                    "https://evil.example",
                    "null",
                    "http://localhost:3000",
                    "http://localhost",
                    "file://",
                    "",
                    "http://localhost:8080.evil.example",
                    "chrome-extension://a",
                    "localhost:8080")) {
                refuses(callers, "Host", host, "Origin", origin);
            }
            refuses(callers, "Host", host, "Origin", "http://" + host, "Origin", "https://evil.example");
            for (String site : List.of("cross-site", "same-site", "Cross-Site", "")) {
                refuses(callers, "Host", host, "Sec-Fetch-Site", site);
                refuses(callers, "Host", host, "Sec-Fetch-Site", site, "Sec-Fetch-Mode", "no-cors");
                refuses(callers, "Host", host, "Sec-Fetch-Site", site, "Sec-Fetch-Dest", "iframe");
            }
            takes(callers, "Host", host, "Sec-Fetch-Site", "none");
            takes(callers, "Host", host);
        }
    }

    @Test
    void aLinkMayBeFollowedAndAFormNotSent() {
        MultiMap followed = headers(
                "Host",
                "localhost",
                "Sec-Fetch-Site",
                "cross-site",
                "Sec-Fetch-Mode",
                "navigate",
                "Sec-Fetch-Dest",
                "document");
        assertDoesNotThrow(() -> LOCAL.check("GET", followed));
        assertThrows(HttpRejected.class, () -> LOCAL.check("POST", followed));
    }

    @Test
    void inAClusterAnyNameIsTaken() {
        takes(Callers.ofAnyName(""), "Host", "api.cupel-system.svc.cluster.local");
        takes(Callers.ofAnyName(""), "Host", "api.example", "Origin", "https://api.example");
        takes(Callers.ofAnyName(""));
    }

    @Test
    void behindADoorThatPutsAnotherNameIntoHostItsOwnPagesMayAsk() {
        String host = "api.cupel-system.svc.cluster.local";
        for (String url : List.of("https://Cupel.example", "https://cupel.example:443/at/a/path")) {
            Callers callers = Callers.ofAnyName(url);
            takes(callers, "Host", host, "Origin", "https://cupel.example", "Sec-Fetch-Site", "same-origin");
            takes(callers, "Host", host);
            for (String origin : List.of(
                    "http://cupel.example",
                    "https://cupel.example:8443",
                    "https://cupel.example.evil.example",
                    "https://evil.example",
                    "null",
                    "")) {
                refuses(callers, "Host", host, "Origin", origin);
            }
            refuses(callers, "Host", host, "Origin", "https://cupel.example", "Sec-Fetch-Site", "cross-site");
        }
        takes(Callers.ofAnyName("http://a.example:80"), "Host", host, "Origin", "http://a.example");
        takes(Callers.ofAnyName("http://a.example:8080"), "Host", host, "Origin", "http://a.example:8080");
        refuses(Callers.ofAnyName(""), "Host", host, "Origin", "https://cupel.example");
    }
}
