package dev.cupel.http;

import dev.cupel.http.door.Role;
import dev.cupel.http.door.RoleTest;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;

@QuarkusTest
@TestProfile(SubmitRoleTest.AsRole.class)
class SubmitRoleTest extends RoleTest {
    SubmitRoleTest() {
        super(Role.SUBMIT);
    }

    /** Public, as Quarkus wants it. */
    public static final class AsRole extends Profile {
        public AsRole() {
            super(Role.SUBMIT);
        }
    }
}
