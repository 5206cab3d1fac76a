package dev.cupel.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A standard stream of this process, by what the kernel says it is. Where it says nothing, it is neither. */
public enum StandardStream {
    INPUT(0),
    OUTPUT(1),
    ERROR(2);

    private final Path link;

    StandardStream(int descriptor) {
        this.link = Path.of("/proc/self/fd/" + descriptor);
    }

    public boolean isTerminal() {
        return target().matches("/dev/(pts/[0-9]+|tty[A-Za-z0-9]*|console)");
    }

    /** Another program is at its other end. */
    public boolean isPipe() {
        return target().startsWith("pipe:") || target().startsWith("socket:");
    }

    public boolean isFile() {
        return Files.isRegularFile(link);
    }

    private String target() {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }
}
