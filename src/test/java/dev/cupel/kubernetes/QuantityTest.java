package dev.cupel.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {
    // Checked against an API server by the cluster test SubmittedManifestTest, which takes the same spellings.
    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "0.5, 500m",
        "1.0, 1",
        "1., 1",
        ".5, 500m",
        "+2, 2",
        "100m, 100m",
        "1000m, 1",
        "1500m, 1500m",
        "1000, 1k",
        "1500, 1500",
        "1e3, 1e3",
        "1E3, 1e3",
        "10e2, 1e3",
        "5e1, 50",
        "5e-1, 500e-3",
        "1024Mi, 1Gi",
        "1.5Gi, 1536Mi",
        "0.5Ki, 512",
        "0.1Ki, 102400m",
        "1000Ki, 1000Ki",
        "1024, 1024",
        "256M, 256M",
        "268435456, 268435456",
        "1000000000, 1G",
        "0.1Gi, 107374182400m",
        "2048Ti, 2Pi",
    })
    void isWrittenAsTheApiServerWritesIt(String written, String canonical) {
        Quantity quantity = new Quantity(written);
        assertEquals(canonical, quantity.canonical().text());
        assertTrue(quantity.canonical().amountsTo(quantity));
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"0.0001, 1m", "1234567n, 2m", "1500001u, 1501m", "0.1n, 1m", "1e-12, 1e-3"})
    void isRoundedUpToThousandthsAsTheApiServerDoes(String written, String canonical) {
        assertEquals(canonical, new Quantity(written).canonical().text());
    }
}
