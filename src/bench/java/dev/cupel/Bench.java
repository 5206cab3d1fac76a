package dev.cupel;



import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/**
 * Runs one benchmark and prints a table: {@code mvn -q -Pbench -Dbench=render}, or {@code collect}. Everything is measured
 * in rounds, one after the other, so that what else the machine does slows all alike; told are the median and the fastest
 * of single calls, which a busy machine interrupts now and then, and their ratios to {@code sha256} of the same
 * parameters.
 */
public final class Bench {
    private static final int ROUNDS = 3;
    private static final String YARDSTICK = "sha256";

    private Bench() {}

    /** @param arguments a benchmark's name, and the folder for {@code NAME.json}, which has JMH's own figures of each round */
    public static void main(String[] arguments) throws RunnerException, IOException {
        String name = arguments[0];
        List<RunResult> results = new ArrayList<>();
        for (int round = 1; round <= ROUNDS; round++) {
            System.err.println("round " + round + " of " + ROUNDS);
            results.addAll(new Runner(options(name)).run());
        }
        print(results);
        Path json = Path.of(arguments[1], name + ".json");
        try (PrintStream out = new PrintStream(Files.newOutputStream(json), false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
        }
    }

    private static Options options(String name) {
        return new OptionsBuilder()
                .include("\\." + name + "\\.[A-Za-z]*Benchmark\\.")
                .forks(1)
                .threads(1)
                .warmupIterations(3)
                .warmupTime(TimeValue.milliseconds(700))
                .measurementIterations(1)
                .measurementTime(TimeValue.seconds(1))
                .addProfiler(GCProfiler.class)
                // One core: the collector works in the thread that makes the garbage.
                .jvmArgs(
                        "-XX:+UseSerialGC",
                        "-Xms1g",
                        "-Xmx1g",
                        "-XX:ActiveProcessorCount=1",
                        "--sun-misc-unsafe-memory-access=allow")
                .verbosity(VerboseMode.SILENT)
                .build();
    }

    /** What one method came to with one set of parameters; times in microseconds. */
    private record Row(String method, String parameters, double median, double fastest, double bytes) {
        static Row of(List<RunResult> rounds) {
            BenchmarkParams params = rounds.getFirst().getParams();
            List<Statistics> times = rounds.stream()
                    .map(round -> round.getPrimaryResult().getStatistics())
                    .toList();
            return new Row(
                    params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1),
                    told(params),
                    middle(times.stream().mapToDouble(time -> time.getPercentile(50))),
                    times.stream().mapToDouble(Statistics::getMin).min().orElse(Double.NaN),
                    middle(rounds.stream()
                            .flatMap(round -> round.getSecondaryResults().values().stream())
                            .filter(result -> result.getLabel().equals("gc.alloc.rate.norm"))
                            .mapToDouble(result -> result.getScore())));
        }
    }

    private static String told(BenchmarkParams params) {
        return params.getParamsKeys().stream()
                .map(key -> key + " " + params.getParam(key))
                .collect(Collectors.joining(", "));
    }

    private static double middle(DoubleStream values) {
        double[] sorted = values.toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void print(List<RunResult> results) {
        Map<String, List<RunResult>> byRow = results.stream()
                .collect(Collectors.groupingBy(
                        result -> result.getParams().getBenchmark() + told(result.getParams()),
                        LinkedHashMap::new,
                        Collectors.toList()));
        List<Row> rows = byRow.values().stream().map(Row::of).toList();
        Map<String, Row> yardsticks = rows.stream()
                .filter(row -> row.method().equals(YARDSTICK))
                .collect(Collectors.toMap(Row::parameters, row -> row));
        System.out.printf(
                "%-24s %-10s %10s %10s %10s %8s %8s %10s%n",
                "", "", "median us", "a second", "fastest us", "ratio", "fastest", "allocated");
        for (Row row : rows) {
            Row yardstick = yardsticks.getOrDefault(row.parameters(), row);
            System.out.printf(
                    "%-24s %-10s %10.1f %10.0f %10.1f %8.2f %8.2f %6.0f KiB%n",
                    row.parameters(),
                    row.method(),
                    row.median(),
                    1e6 / row.median(),
                    row.fastest(),
                    yardstick.median() / row.median(),
                    yardstick.fastest() / row.fastest(),
                    row.bytes() / 1024);
        }
    }
}
