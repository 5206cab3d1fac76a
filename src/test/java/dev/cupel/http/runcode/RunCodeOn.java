package dev.cupel.http.runcode;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** Public, because Quarkus makes an instance of it. */
public final class RunCodeOn implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "cupel.run-code", "true",
                "cupel.piston", "true",
                "cupel.local-jobs", "2",
                // Go compiles its own library first.
                "quarkus.http.test-timeout", "300s");
    }
}
