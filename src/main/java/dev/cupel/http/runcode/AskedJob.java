package dev.cupel.http.runcode;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.http.AskedRun;
import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.request.RequestField;
import dev.cupel.template.Declaration;
import dev.cupel.template.Declaration.Execution;
import dev.cupel.template.Declaration.Span;
import dev.cupel.template.Template;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a call is in Cupel's own words.
 *
 * @param request as {@code POST /execute} takes it
 * @param compileSeconds if its template compiles: how long the compiler may take
 * @param fetched where the files lie that were asked for, by the names by which they were
 * @param runSeconds how long the program may take, and its compiler
 */
record AskedJob(
        ObjectNode request, Optional<BigDecimal> compileSeconds, Map<String, String> fetched, BigDecimal runSeconds) {
    /** Over every limit. */
    private static final BigDecimal MOST_SECONDS = BigDecimal.valueOf(1_000_000);

    private static final BigDecimal MOST_MEBIBYTES = BigDecimal.valueOf(1L << 40);

    /** SandboxFusion does not write a file with this in its name. */
    private static final String IGNORED = "IGNORE_THIS_FILE";

    private static final Pattern SPECIAL = Pattern.compile("[*?\\[]");

    AskedJob {
        fetched = Collections.unmodifiableMap(new LinkedHashMap<>(fetched));
    }

    static AskedJob of(RunCodeRequest asked, Template template) {
        Declaration declaration = template.declaration();
        BigDecimal run = seconds(asked.runTimeout());
        Optional<BigDecimal> compile = compileSeconds(asked, declaration);
        Map<String, String> fetched = fetched(asked.fetchFiles());
        ObjectNode request =
                AskedRun.request("run_code", template, code(asked)).put(RequestField.TIMEOUT.wireName(), run);
        compile.ifPresent(seconds -> request.put(RequestField.COMPILE_TIMEOUT.wireName(), seconds));
        memory(asked, declaration).ifPresent(limit -> request.put(RequestField.MEMORY_LIMIT.wireName(), limit));
        asked.stdin()
                .filter(text -> !text.isEmpty())
                .ifPresent(text -> request.put(RequestField.STDIN.wireName(), text));
        asked.files().forEach((path, base64) -> {
            if (!path.contains(IGNORED)) {
                AskedRun.putFile(plain(path), base64, request);
            }
        });
        if (!fetched.isEmpty()) {
            ArrayNode patterns = request.putArray(RequestField.COLLECT_FILES.wireName());
            fetched.values().stream().distinct().map(AskedJob::pattern).forEach(patterns::add);
        }
        return new AskedJob(request, compile, fetched, run.add(compile.orElse(seconds(asked.compileTimeout()))));
    }

    private static String code(RunCodeRequest asked) {
        if (asked.language().equals("php")) {
            String code = asked.code().stripLeading();
            return code.startsWith("<?php") ? code : "<?php\n" + code;
        }
        return asked.code();
    }

    /** As Cupel takes them. It refuses more than its template gives. */
    private static BigDecimal seconds(BigDecimal asked) {
        return AskedRun.seconds(asked.min(MOST_SECONDS));
    }

    /**
     * Go's own library is compiled anew in each Job. SandboxFusion has it ready, and clients ask for the time that it takes
     * there. So it gets the template's time at least.
     */
    private static Optional<BigDecimal> compileSeconds(RunCodeRequest asked, Declaration declaration) {
        Optional<Span> span = declaration.execution().flatMap(Execution::compileTimeout);
        boolean isSlow = asked.language().equals("go");
        return span.map(times ->
                seconds(asked.compileTimeout()).max(isSlow ? BigDecimal.valueOf(times.preset()) : BigDecimal.ZERO));
    }

    /** Less than was asked for if the template gives less. */
    private static Optional<String> memory(RunCodeRequest asked, Declaration declaration) {
        if (asked.memoryLimitMb().signum() <= 0) {
            return Optional.empty();
        }
        Quantity limit = new Quantity(asked.memoryLimitMb().min(MOST_MEBIBYTES).toBigInteger() + "Mi");
        Quantity least = ContainerResource.MEMORY.least();
        Quantity most = declaration.amounts().get(ContainerResource.MEMORY).max();
        Quantity atLeast = limit.compareTo(least) < 0 ? least : limit;
        return Optional.of((atLeast.compareTo(most) > 0 ? most : atLeast).text());
    }

    /** Nothing but the working folder can be looked into. A file elsewhere is left out, like one that is not there. */
    private static Map<String, String> fetched(List<String> asked) {
        Map<String, String> fetched = new LinkedHashMap<>();
        for (String name : asked) {
            String path = plain(name);
            if (!path.isEmpty()
                    && !path.startsWith("/")
                    && !Arrays.asList(path.split("/", -1)).contains("..")) {
                fetched.put(name, path);
            }
        }
        return fetched;
    }

    /** Without the parts of a path that lead nowhere. */
    private static String plain(String path) {
        String parts = Arrays.stream(path.split("/", -1))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .collect(Collectors.joining("/"));
        return path.startsWith("/") ? "/" + parts : parts;
    }

    /** The pattern that only this path matches. */
    private static String pattern(String path) {
        return SPECIAL.matcher(path).replaceAll("[$0]");
    }
}
