package dev.cupel.request;

import dev.cupel.json.Bytes;
import dev.cupel.kubernetes.DnsName;
import dev.cupel.kubernetes.ImageReference;
import dev.cupel.kubernetes.LabelValue;
import dev.cupel.kubernetes.LoaderVariables;
import dev.cupel.rejection.Pointers;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What a request may hold whatever its template, field by field. */
final class RequestLimits {
    /** As which the code lies in the program's working folder. */
    static final String CODE_FILE = "main.py";

    /** code, stdin and files together: what fits one Job object in etcd (1.5 MiB) after base64. */
    static final int MAX_CONTENT = 1 << 20;

    /** args together, and env together: each is one string for the kernel, all share 2 MiB with the code. */
    static final int MAX_STRINGS = 64 << 10;

    static final int MAX_COUNT = 256;
    static final int MAX_PATH = 255;

    private static final Pattern C_IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    private RequestLimits() {}

    static void check(
            String code,
            List<String> args,
            Bytes stdin,
            Map<String, Bytes> files,
            Map<String, String> env,
            Optional<String> image,
            Optional<String> queue) {
        checkContent(code, stdin, files);
        checkArgs(args);
        checkPaths(files.keySet());
        checkEnv(env);
        image.filter(name -> !ImageReference.PATTERN.matcher(name).matches()).ifPresent(name -> {
            throw Rejected.invalid("/image", "must be an image reference, was " + Quoted.of(name));
        });
        queue.filter(name -> !isObjectName(name)).ifPresent(name -> {
            throw Rejected.invalid("/queue", "must be the name of a LocalQueue, was " + Quoted.of(name));
        });
    }

    static void checkRuntimeClass(String name) {
        if (!isObjectName(name)) {
            throw Rejected.invalid("/runtime_class", "must be the name of a RuntimeClass, was " + Quoted.of(name));
        }
    }

    /** Both names become a label's value, too. */
    private static boolean isObjectName(String name) {
        return name.length() <= LabelValue.MAX_LENGTH
                && DnsName.SUBDOMAIN.matcher(name).matches();
    }

    private static void checkContent(String code, Bytes stdin, Map<String, Bytes> files) {
        if (code.isEmpty()) {
            throw Rejected.invalid("/code", "must not be empty");
        }
        int codeBytes = code.getBytes(StandardCharsets.UTF_8).length;
        if (codeBytes > MAX_CONTENT) {
            throw tooLarge("/code", "must be at most " + MAX_CONTENT + " bytes as UTF-8, has " + codeBytes);
        }
        long all = codeBytes + (long) stdin.length();
        if (all > MAX_CONTENT) {
            throw tooLarge("/stdin", "must be, with code, at most " + MAX_CONTENT + " bytes, has " + all);
        }
        checkCount("/files", files.size());
        all += files.values().stream().mapToLong(Bytes::length).sum();
        if (all > MAX_CONTENT) {
            throw tooLarge("/files", "must be, with code and stdin, at most " + MAX_CONTENT + " bytes, has " + all);
        }
    }

    private static void checkArgs(List<String> args) {
        checkCount("/args", args.size());
        long bytes = 0;
        for (int i = 0; i < args.size(); i++) {
            if (args.get(i).indexOf('\0') >= 0) {
                throw Rejected.invalid("/args/" + i, "must not hold NUL, which no argument of a process can carry");
            }
            bytes += args.get(i).getBytes(StandardCharsets.UTF_8).length + 1L;
        }
        if (bytes > MAX_STRINGS) {
            throw tooLarge("/args", "must be at most " + MAX_STRINGS + " bytes together, has " + bytes);
        }
    }

    private static void checkPaths(Set<String> paths) {
        paths.forEach(RequestLimits::checkPath);
        for (String path : paths) {
            for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
                if (paths.contains(path.substring(0, slash))) {
                    throw Rejected.invalid("/files/" + Pointers.escape(path), "a file cannot lie below another file");
                }
            }
        }
    }

    private static void checkPath(String path) {
        String at = "/files/" + Pointers.escape(path);
        if (path.isEmpty() || path.getBytes(StandardCharsets.UTF_8).length > MAX_PATH) {
            throw Rejected.invalid(at, "a path must be 1 to " + MAX_PATH + " bytes long");
        }
        if (path.codePoints().anyMatch(Character::isISOControl)) {
            throw Rejected.invalid(at, "a path must not hold control characters");
        }
        if (path.equals(CODE_FILE) || path.startsWith(CODE_FILE + "/")) {
            throw Rejected.invalid(at, CODE_FILE + " is the name of the code itself");
        }
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw Rejected.invalid(at, "a path must be relative, without empty parts, \".\" or \"..\"");
            }
        }
    }

    private static void checkEnv(Map<String, String> env) {
        checkCount("/env", env.size());
        long bytes = 0;
        for (var entry : env.entrySet()) {
            String at = "/env/" + Pointers.escape(entry.getKey());
            checkEnvName(entry.getKey(), at);
            if (entry.getValue().indexOf('\0') >= 0) {
                throw Rejected.invalid(at, "must not hold NUL, which no environment can carry");
            }
            bytes += entry.getKey().length() + entry.getValue().getBytes(StandardCharsets.UTF_8).length + 2L;
        }
        if (bytes > MAX_STRINGS) {
            throw tooLarge("/env", "must be at most " + MAX_STRINGS + " bytes together, has " + bytes);
        }
    }

    private static void checkEnvName(String name, String at) {
        if (!C_IDENTIFIER.matcher(name).matches()) {
            throw Rejected.invalid(at, "a name must be a C identifier of at most 128 characters");
        }
        if (LoaderVariables.PATTERN.matcher(name).matches()
                || name.startsWith("KUBERNETES_")
                || name.startsWith("CUPEL_")) {
            throw Rejected.invalid(at, "is set or read by the platform; take another name");
        }
    }

    private static void checkCount(String pointer, int count) {
        if (count > MAX_COUNT) {
            throw tooLarge(pointer, "must have at most " + MAX_COUNT + " entries, has " + count);
        }
    }

    private static Rejected tooLarge(String pointer, String message) {
        return new Rejected(RejectionReason.TOO_LARGE, pointer, message);
    }
}
