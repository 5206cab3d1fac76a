package dev.cupel.http.page;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** Public, because Quarkus makes an instance of it. */
public final class PageOff implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of("cupel.page", "false");
    }
}
