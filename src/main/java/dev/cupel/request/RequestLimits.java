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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What a request may hold whatever its template, field by field. */
final class RequestLimits {
    /** code, stdin and files together: what fits one Job object in etcd (1.5 MiB) after base64. */
    static final int MAX_CONTENT = 1 << 20;

    /** args together, and env together: each is one string for the kernel, all share 2 MiB with the code. */
    static final int MAX_STRINGS = 64 << 10;

    static final int MAX_COUNT = 256;

    private static final Pattern C_IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    private RequestLimits() {}

    static void check(Program program, Cases cases, Optional<String> image, Placement placement) {
        checkContent(program, cases);
        checkArgs("", program.args());
        checkFiles("", program.files().keySet(), Set.of());
        checkEnv("", program.env(), Map.of());
        checkNames(cases.list());
        for (int i = 0; i < cases.list().size(); i++) {
            checkCase(program, cases.list().get(i), Cases.pointer(i));
        }
        image.filter(name -> !ImageReference.PATTERN.matcher(name).matches()).ifPresent(name -> {
            throw Rejected.invalid("/image", "must be an image reference, was " + Quoted.of(name));
        });
        checkObjectName(RequestField.QUEUE, placement.queue(), "a LocalQueue");
        checkObjectName(RequestField.PRIORITY_CLASS, placement.priorityClass(), "a WorkloadPriorityClass");
        if (placement.priorityClass().isPresent() && placement.queue().isEmpty()) {
            throw Rejected.invalid(
                    RequestField.PRIORITY_CLASS.pointer(),
                    "says what a Job is worth in its queue, and there is none; send queue with it");
        }
        checkObjectName(RequestField.RUNTIME_CLASS, placement.runtimeClass(), "a RuntimeClass");
    }

    private static void checkObjectName(RequestField field, Optional<String> asked, String kind) {
        asked.filter(name -> !isObjectName(name)).ifPresent(name -> {
            throw Rejected.invalid(field.pointer(), "must be the name of " + kind + ", was " + Quoted.of(name));
        });
    }

    /** These names become a label's value, too. */
    private static boolean isObjectName(String name) {
        return name.length() <= LabelValue.MAX_LENGTH
                && DnsName.SUBDOMAIN.matcher(name).matches();
    }

    private static void checkCase(Program program, Case one, String at) {
        one.args().ifPresent(args -> checkArgs(at, args));
        if (!one.files().isEmpty()) {
            checkFiles(at, one.files().keySet(), program.files().keySet());
        }
        if (!one.env().isEmpty()) {
            checkEnv(at, one.env(), program.env());
        }
    }

    /** An annotation holds them all. */
    private static void checkNames(List<Case> cases) {
        Map<String, Integer> indexes = new HashMap<>();
        long bytes = 0;
        for (int i = 0; i < cases.size(); i++) {
            String name = cases.get(i).name();
            Integer other = indexes.putIfAbsent(name, i);
            if (other != null) {
                throw Rejected.invalid(
                        Cases.pointer(i) + "/name",
                        "must be its own: case " + other + " is " + Quoted.of(name) + ", too");
            }
            bytes += name.getBytes(StandardCharsets.UTF_8).length;
        }
        if (bytes > MAX_STRINGS) {
            throw tooLarge("/cases", "must have names of at most " + MAX_STRINGS + " bytes together, has " + bytes);
        }
    }

    private static void checkContent(Program program, Cases cases) {
        String code = program.code();
        if (code.isEmpty()) {
            throw Rejected.invalid("/code", "must not be empty");
        }
        int codeBytes = code.getBytes(StandardCharsets.UTF_8).length;
        if (codeBytes > MAX_CONTENT) {
            throw tooLarge("/code", "must be at most " + MAX_CONTENT + " bytes as UTF-8, has " + codeBytes);
        }
        long all = codeBytes + (long) program.stdin().length();
        if (all > MAX_CONTENT) {
            throw tooLarge("/stdin", "must be, with code, at most " + MAX_CONTENT + " bytes, has " + all);
        }
        checkCount("/files", program.files().size());
        all += bytes(program.files());
        if (all > MAX_CONTENT) {
            throw tooLarge("/files", "must be, with code and stdin, at most " + MAX_CONTENT + " bytes, has " + all);
        }
        all += cases.list().stream().mapToLong(RequestLimits::bytes).sum();
        if (all > MAX_CONTENT) {
            throw tooLarge(
                    "/cases",
                    "must be, all args, stdin, files and env of all cases with code, stdin and files, at most "
                            + MAX_CONTENT + " bytes, has " + all);
        }
    }

    private static long bytes(Map<String, Bytes> files) {
        return files.values().stream().mapToLong(Bytes::length).sum();
    }

    private static long bytes(Case one) {
        return one.args().map(RequestLimits::bytes).orElse(0L)
                + one.stdin().map(Bytes::length).orElse(0)
                + bytes(one.files())
                + bytesOfEnv(one.env());
    }

    /** As the kernel counts them, with the NUL after each. */
    private static long bytes(List<String> args) {
        return args.stream()
                .mapToLong(arg -> arg.getBytes(StandardCharsets.UTF_8).length + 1L)
                .sum();
    }

    private static long bytesOfEnv(Map<String, String> env) {
        return env.entrySet().stream()
                .mapToLong(variable ->
                        variable.getKey().length() + variable.getValue().getBytes(StandardCharsets.UTF_8).length + 2L)
                .sum();
    }

    private static void checkArgs(String above, List<String> args) {
        String at = above + "/args";
        checkCount(at, args.size());
        for (int i = 0; i < args.size(); i++) {
            if (args.get(i).indexOf('\0') >= 0) {
                throw Rejected.invalid(at + "/" + i, "must not hold NUL, which no argument of a process can carry");
            }
        }
        if (bytes(args) > MAX_STRINGS) {
            throw tooLarge(at, "must be at most " + MAX_STRINGS + " bytes together, has " + bytes(args));
        }
    }

    /** @param others that lie in the same folder, and are sound among themselves */
    private static void checkFiles(String above, Set<String> paths, Set<String> others) {
        String at = above + "/files";
        for (String path : paths) {
            RelativePath.fault(path).ifPresent(fault -> {
                throw Rejected.invalid(at + "/" + Pointers.escape(path), fault);
            });
        }
        Set<String> all = new HashSet<>(others);
        all.addAll(paths);
        checkCount(at, all.size());
        for (String path : paths) {
            // Only what is new is held against all: the others may be many, and the same for each of a thousand cases.
            String below = path + "/";
            if (isBelowOneOf(all, path) || others.stream().anyMatch(other -> other.startsWith(below))) {
                throw Rejected.invalid(at + "/" + Pointers.escape(path), "a file cannot lie below another file");
            }
        }
    }

    private static boolean isBelowOneOf(Set<String> files, String path) {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            if (files.contains(path.substring(0, slash))) {
                return true;
            }
        }
        return false;
    }

    /** @param others that are set beside them */
    private static void checkEnv(String above, Map<String, String> env, Map<String, String> others) {
        String at = above + "/env";
        env.forEach((name, value) -> {
            String variable = at + "/" + Pointers.escape(name);
            checkEnvName(name, variable);
            if (value.indexOf('\0') >= 0) {
                throw Rejected.invalid(variable, "must not hold NUL, which no environment can carry");
            }
        });
        Map<String, String> all = new HashMap<>(others);
        all.putAll(env);
        checkCount(at, all.size());
        long bytes = bytesOfEnv(all);
        if (bytes > MAX_STRINGS) {
            throw tooLarge(at, "must be at most " + MAX_STRINGS + " bytes together, has " + bytes);
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
