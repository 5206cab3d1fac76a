package dev.cupel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is made from the code, all of it; {@code -Dcupel.golden=rewrite} writes it. */
public final class WrittenFile {
    private WrittenFile() {}

    public static void check(Path file, String made) throws IOException {
        if (Golden.isRewrite()) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, made);
        }
        assertEquals(
                Files.exists(file) ? Files.readString(file, UTF_8) : "nothing",
                made,
                file + ": rewrite with -Dcupel.golden=rewrite and read the diff");
    }
}
