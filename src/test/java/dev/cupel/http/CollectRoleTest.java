package dev.cupel.http;

import dev.cupel.TestTags;
import dev.cupel.http.door.Role;
import dev.cupel.http.door.RoleTest;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Tag;

@Tag(TestTags.SLOW)
@QuarkusTest
@TestProfile(CollectRoleTest.AsRole.class)
class CollectRoleTest extends RoleTest {
    CollectRoleTest() {
        super(Role.COLLECT);
    }

    /** Public, because Quarkus makes an instance of it. */
    public static final class AsRole extends Profile {
        public AsRole() {
            super(Role.COLLECT);
        }
    }
}
