package dev.cupel.render;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The python3 of this machine, where there is one. */
public final class Python {
    private Python() {}

    /** Whether there is a python3 that has this module. */
    public static boolean has(String module) {
        try {
            return run("-c", "import " + module).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /** What it says, stdout and stderr, if it fails; else nothing. */
    public static String run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("python3"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            return process.waitFor() == 0 ? "" : "exit " + process.exitValue() + "\n" + said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
