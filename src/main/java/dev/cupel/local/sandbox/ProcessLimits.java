package dev.cupel.local.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The limits that the kernel holds each process of a sandbox to. They are set inside. From Linux 5.14 on, the kernel
 * counts processes for each user namespace; before that it counted all processes of the user, so they are not limited
 * there. The processes of root are never limited.
 */
public final class ProcessLimits {
    /** Processes and threads of one program. */
    public static final int PROCESSES = 1024;

    private static final int OPEN_FILES = 65_536;

    /** This server's own, which its programs cannot go beyond. */
    private static final OptionalLong OWN_OPEN_FILES = openFiles();

    private static final boolean COUNTS_BY_NAMESPACE = countsByNamespace();

    private ProcessLimits() {}

    /** @param tmpBytes no file is larger than what /tmp holds, and so neither is the termination log, which is this machine's */
    static List<String> command(Path prlimit, long tmpBytes) {
        List<String> command = new ArrayList<>(List.of(prlimit.toString()));
        command.add(
                "--core=1"); // With 0 the kernel still starts the program that takes core dumps, with 1 it does not.
        command.add("--fsize=" + (tmpBytes + (1 << 20)));
        OWN_OPEN_FILES.ifPresent(most -> command.add("--nofile=" + Math.min(most, OPEN_FILES)));
        if (COUNTS_BY_NAMESPACE) {
            command.add("--nproc=" + PROCESSES);
        }
        return command;
    }

    private static OptionalLong openFiles() {
        try {
            return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                    .filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.strip().split(" {2,}"))
                    .filter(fields -> fields.length > 2 && fields[2].matches("[0-9]{1,18}"))
                    .mapToLong(fields -> Long.parseLong(fields[2]))
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    private static boolean countsByNamespace() {
        String[] version = System.getProperty("os.version", "").split("[.-]", 3);
        try {
            int major = Integer.parseInt(version[0]);
            return major > 5 || (major == 5 && Integer.parseInt(version[1]) >= 14);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return false;
        }
    }
}
