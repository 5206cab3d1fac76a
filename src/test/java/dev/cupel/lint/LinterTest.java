package dev.cupel.lint;

import static dev.cupel.Rejections.assertRejected;
import static dev.cupel.rejection.RejectionReason.INVALID_TEMPLATE;
import static dev.cupel.rejection.RejectionReason.UNKNOWN_TEMPLATE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.policy.Installations;
import dev.cupel.policy.RuntimeClasses;
import dev.cupel.rejection.Rejected;
import dev.cupel.render.Requests;
import dev.cupel.request.RequestField;
import dev.cupel.request.TemplateName;
import dev.cupel.template.Check;
import dev.cupel.template.Declaration;
import dev.cupel.template.Diagnostic;
import dev.cupel.template.Template;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.TemplateText;
import dev.cupel.template.Templates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What lint tells, and that rendering tells its first. */
class LinterTest {
    @TempDir
    private Path root = Path.of("");

    private List<String> lint(String template) {
        return TemplateText.of(root, template).lint();
    }

    private List<String> lintParameters(String parameters) {
        return TemplateText.of(root, TemplateText.LEAST)
                .write("parameters.yaml", parameters)
                .lint();
    }

    @Test
    void findsNothingWrongWithTheTemplatesThatComeWithCupel() {
        assertEquals(List.of(), new Linter(new TemplateFiles.BuiltIn()).lintAll());
        assertEquals(List.of(), new Linter(new TemplateFiles.Folder(Path.of("templates"))).lintAll());
    }

    @Test
    void findsNothingWrongWithTheLeastThatATemplateMustSay() {
        assertEquals(List.of(), lint(TemplateText.LEAST));
    }

    @ParameterizedTest
    @CsvSource({
        "__MEMORY, __MEMORY_LIMIT__",
        "__EVALID__, __EVAL_ID__",
        "__CPU__, __CPU_LIMIT__",
        "__CODES__, __CODE__",
        "__JOBNAME__, __JOB_NAME__",
        "__IMAGE__, __CODE__",
        "__TIME_OUT__, __TIMEOUT__"
    })
    void asksWhichPlaceholderWasMeant(String wrong, String meant) {
        String template = TemplateText.LEAST.replace("crucible", "crucible\n  labels: {x: \"" + wrong + "\"}");

        assertEquals(
                List.of("t/template.yaml:4:15: \"" + wrong + "\" is no placeholder; did you mean \"" + meant + "\"?"),
                lint(template));
    }

    @Test
    void tellsAllInTheOrderOfFilesAndLines() {
        List<String> problems = TemplateText.of(root, "a: yes\nb: __NO__\n__CODE__: 1\n")
                .write("parameters.yaml", "capture: \"maybe\"\ntimeout: {default: 5, max: 2, min: 1}\nextra: 1\n")
                .lint();

        assertEquals(
                List.of(
                        "t/parameters.yaml:1:1: image is required, and must be a mapping with",
                        "t/parameters.yaml:1:1: description is required",
                        "t/parameters.yaml:1:10: capture must be \"exact\" or \"log\", was \"maybe\"",
                        "t/parameters.yaml:2:10: default must be 1 to max, and max at most 86400",
                        "t/parameters.yaml:2:31: \"min\" is unknown; known are default, max",
                        "t/parameters.yaml:3:1: \"extra\" is unknown; known are capture, collect_files, compile,"
                                + " compile_timeout, cpu_limit, description, image, main, memory_limit, run, timeout,"
                                + " tmp_limit",
                        "t/template.yaml:1:4: \"yes\" is read differently by different YAML readers: quote it",
                        "t/template.yaml:2:1: /b is no field of a Job in Kubernetes",
                        "t/template.yaml:2:4: \"__NO__\" is no placeholder; did you mean \"__ENV__\"?",
                        "t/template.yaml:3:1: a placeholder must not stand in a key"),
                problems.stream()
                        .map(problem -> problem.replaceAll("(must be a mapping with).*", "$1"))
                        .filter(problem -> !problem.contains(":1:1: ")
                                || problem.contains("description")
                                || problem.contains(" image is"))
                        .toList());
    }

    @Test
    void tellsWhereATemplateLoosensTheHardening() {
        String loose = TemplateText.LEAST.replace(
                "    spec:\n      containers:", "    spec:\n      hostNetwork: true\n      containers:");

        assertEquals(
                List.of("t/template.yaml:7:20: /spec/template/spec/hostNetwork must be false, was true"), lint(loose));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: __JOB_NAME__ | name: demo | t/template.yaml:2:9: /metadata/name must be __JOB_NAME__ and"
                        + " nothing else",
                "name: __JOB_NAME__ | name: x-__JOB_NAME__ | t/template.yaml:2:9: /metadata/name must be __JOB_NAME__"
                        + " and nothing else",
                "namespace: crucible | namespace: crucible\\n"
                        + "  labels: [a] | t/template.yaml:4:11: /metadata/labels must be a mapping, was a list",
                "spec: | specs: | t/template.yaml:4:1: /specs is no field of a Job in Kubernetes",
                "namespace: crucible | annotations: {cupel.dev/settled: x}\\n"
                        + "  namespace: crucible | t/template.yaml:3:17: /metadata/annotations/cupel.dev~1settled is no"
                        + " allowed key here",
                "command: | command: [\"__PROGRAM__x\"]\\n"
                        + "          args: | t/template.yaml:9:21: __PROGRAM__ must be a whole item of a list: of command"
                        + " or args",
                "command: | env: [\"__ENV__\"]\\n          stdin: true\\n          command: | t/template.yaml:10:11:"
                        + " /spec/template/spec/containers/0/stdin is not allowed here",
                "command: | volumeMounts: [{name: x, mountPath: /tmp}]\\n          command: | t/template.yaml:9:33:"
                        + " /spec/template/spec/containers/0/volumeMounts/0/name names no volume of this Job"
            })
    void tellsFileLineAndColumn(String line, String other, String problem) {
        String changed = TemplateText.LEAST.replaceFirst("\\b" + line, other.replace("\\n", "\n"));

        List<String> problems = lint(changed);

        assertTrue(problems.contains(problem), problems.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "command: | comand: | write command",
                "command: | imagepullpolicy: Always\\ncommand: | write imagePullPolicy",
                "command: | volumes: []\\ncommand: | move it to /spec/template/spec, where"
                        + " Kubernetes has a field of that name",
                "containers: | backoffLimit: 0\\ncontainers: | move it to /spec, where Kubernetes has a"
                        + " field of that name",
                "containers: | labels: {}\\ncontainers: | move it to /metadata, where Kubernetes has a"
                        + " field of that name",
                "containers: | volumes: [{name: a, emptyDir: {size: 1Gi}}]\\ncontainers: | write sizeLimit",
                "containers: | zzz: 1\\ncontainers: | leave the field out, or see whether it stands at the"
                        + " right level"
            })
    void saysWhichFieldWasMeant(String part, String other, String help) {
        assertEquals(
                Set.of(help),
                told(Check.UNKNOWN_FIELD, "(?m)^ *" + part, other.replace("\\n", "\n"))
                        .map(Diagnostic::help)
                        .collect(Collectors.toSet()));
    }

    private Stream<Diagnostic> told(Check check, String part, String other) {
        String deep = " ".repeat(part.contains("containers") ? 6 : 10);
        String changed = TemplateText.LEAST.replaceFirst(
                part, Matcher.quoteReplacement(deep + other.replace("\n", "\n" + deep)));
        return new Linter(TemplateText.of(root, changed).files())
                .lintAll().stream().filter(problem -> problem.check() == check);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "activeDeadlineSeconds: \"60\" | must be an integer, was the string \"60\" | write 60 without quotes",
                "activeDeadlineSeconds: soon | must be an integer, was the string \"soon\" | write an integer",
                "activeDeadlineSeconds: __CODE__ | must be an integer, was the string \"pass\" | write an integer",
                "hostNetwork: \"false\" | must be true or false, was the string \"false\" | write false without quotes",
                "runtimeClassName: 5 | must be a string, was the number 5 | write it in quotes: \"5\"",
                "runtimeClassName: __TIMEOUT__ | must be a string, was the number 30 | write it in quotes: \"30\"",
                "volumes: {} | must be a list, was a mapping | write a list: each item in a line of its own, behind a"
                        + " hyphen",
                "nodeSelector: [] | must be a mapping, was a list | write keys and values below it",
                "tolerations: [x] | must be a mapping, was the string \"x\" | write keys and values below it"
            })
    void saysWhichTypeIsWanted(String field, String message, String help) {
        Diagnostic problem = told(Check.WRONG_TYPE, "(?m)^ *containers:", field + "\ncontainers:")
                .findFirst()
                .orElseThrow();

        assertTrue(problem.message().endsWith(message), problem.message());
        assertEquals(help, problem.help());
        assertEquals(7, problem.mark().line());
    }

    @Test
    void saysWhereWhatIsNotClosedBegins() {
        List<Diagnostic> found = new Linter(
                        TemplateText.of(root, "a: 1\nb: \"x\nc: 2\n").files())
                .lintAll().stream()
                        .filter(problem -> problem.check() == Check.YAML_SYNTAX)
                        .toList();

        assertEquals(1, found.size());
        assertTrue(
                found.getFirst().help().endsWith("which begins in line 2"),
                found.getFirst().help());
    }

    /** A fault of every pass, each behind the one before it. */
    @Test
    void tellsWhatLiesBehindAFault() throws IOException {
        String faulty = TemplateText.LEAST
                .replace("__CPU_LIMIT__", "__CPU__")
                .replace("namespace: crucible", "namespace: other\n  labels: {a: __ENV__}\n  annotations: [a]")
                .replace("      containers:", "      hostNetwork: true\n      volumes: {}\n      containers:")
                .replace("memory: __MEMORY_LIMIT__", "memory: 512m");
        TemplateText text = TemplateText.of(root, faulty)
                .write("parameters.yaml", TemplateText.PARAMETERS.replace("\"x/python:3\"", "\"y/python:3\""));
        var here = new Place(Optional.of("crucible"), Optional.empty());

        assertEquals(
                List.of(
                        "t/parameters.yaml:6:18: default \"y/python:3\" matches none of the allowed images: x/python:*",
                        "t/template.yaml:3:14: /metadata/namespace must be \"crucible\", was \"other\": Jobs are"
                                + " created in CUPEL_NAMESPACE only",
                        "t/template.yaml:4:15: __ENV__ must be a whole item of a list: of env",
                        "t/template.yaml:5:16: /metadata/annotations must be a mapping, was a list",
                        "t/template.yaml:9:20: /spec/template/spec/hostNetwork must be false, was true",
                        "t/template.yaml:10:16: /spec/template/spec/volumes must be a list, was a mapping",
                        "t/template.yaml:14:40: /spec/template/spec/containers/0/resources/limits/memory must be at"
                                + " least 4Mi, was \"512m\", which is 0.512 bytes; did you mean \"512Mi\"?",
                        "t/template.yaml:14:51: \"__CPU__\" is no placeholder; did you mean \"__CPU_LIMIT__\"?"),
                new Linter(text.files(), here)
                        .lintAll().stream().map(Diagnostic::toString).toList());
    }

    /** A declaration that cannot be read does not hide what is wrong with the Job. */
    @Test
    void looksAtTheJobWithoutADeclaration() {
        String loose = TemplateText.LEAST.replace("      containers:", "      hostPID: true\n      containers:");
        String problem = "t/template.yaml:7:16: /spec/template/spec/hostPID must be false, was true";
        TemplateText text = TemplateText.of(root, loose);

        assertTrue(text.write("parameters.yaml", "a: [").lint().contains(problem), text.lint()::toString);
        assertTrue(text.write("parameters.yaml", "capture: x").lint().contains(problem), text.lint()::toString);
    }

    @Test
    void tellsARuntimeClassThatIsNotAllowedHere() {
        String gvisor =
                TemplateText.LEAST.replace("      containers:", "      runtimeClassName: kata\n      containers:");
        var here = new Place(
                Optional.empty(),
                Optional.of(Installations.of(new RuntimeClasses(Set.of("gvisor"), Optional.empty()))));

        assertEquals(
                List.of("t/template.yaml:7:25: /spec/template/spec/runtimeClassName \"kata\" is not allowed here;"
                        + " allowed: gvisor"),
                new Linter(TemplateText.of(root, gvisor).files(), here)
                        .lintAll().stream().map(Diagnostic::toString).toList());
    }

    @Test
    void tellsThatNothingRunsTheCode() {
        assertEquals(
                List.of("t/template.yaml:1:1: nothing runs the code: no __CODE__ or __PROGRAM__"),
                lint(TemplateText.LEAST.replace("__CODE__", "pass")));
    }

    @Test
    void tellsThatExactCaptureNeedsTheSupervisorAndWhatToRun() {
        assertEquals(
                List.of(
                        "t/parameters.yaml:1:1: main is required with capture \"exact\": as what file the code lies in"
                                + " the working folder",
                        "t/parameters.yaml:1:1: run is required with capture \"exact\": the command that runs the"
                                + " program, as a list of strings",
                        "t/template.yaml:1:1: capture \"exact\" needs __SUPERVISOR__ and __PROGRAM__: command:"
                                + " [\"__SUPERVISOR__\"], args: [\"__PROGRAM__\"]"),
                lintParameters(TemplateText.PARAMETERS.replace("\"log\"", "\"exact\"")));
    }

    @Test
    void tellsThatTheSupervisorNeedsExactCapture() {
        assertEquals(
                List.of("t/template.yaml:1:1: __SUPERVISOR__ and __PROGRAM__ need capture \"exact\" in"
                        + " parameters.yaml"),
                lint(TemplateText.LEAST_EXACT));
        TemplateText text = TemplateText.of(root, TemplateText.LEAST_EXACT);
        assertRejected(
                INVALID_TEMPLATE,
                "/template",
                () -> Requests.render(text.renderer(), Requests.request(TemplateText.NAME, "")));
    }

    private List<String> lintExact(String template, String parameters) {
        return TemplateText.of(root, template)
                .write("parameters.yaml", parameters)
                .lint();
    }

    @Test
    void findsNothingWrongWithTheLeastThatAnExactTemplateMustSay() {
        assertEquals(List.of(), lintExact(TemplateText.LEAST_EXACT, TemplateText.EXACT));
    }

    /** As templates were written when each had a supervisor of its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"python3\", \"-I\", \"-S\", \"-u\", \"-c\", \"__SUPERVISOR__\"]",
                "[\"__SUPERVISOR__\", \"x\"]",
                "[\"x __SUPERVISOR__\"]"
            })
    void saysHowTheSupervisorIsStarted(String command) {
        List<String> problems =
                lintExact(TemplateText.LEAST_EXACT.replace("[\"__SUPERVISOR__\"]", command), TemplateText.EXACT);

        assertEquals(1, problems.size(), problems.toString());
        assertTrue(
                problems.getFirst()
                        .endsWith(": __SUPERVISOR__ must be the only item of a container's command, and becomes all of"
                                + " it: command: [\"__SUPERVISOR__\"]"),
                problems.getFirst());
    }

    @Test
    void saysThatATemplatesOwnSupervisorIsNotRead() {
        assertEquals(
                List.of("t/supervisor.py:1:1: is no file of a template, and is not read: Cupel brings its own"
                        + " supervisor; delete it"),
                TemplateText.of(root, TemplateText.LEAST_EXACT)
                        .write("parameters.yaml", TemplateText.EXACT)
                        .write("supervisor.py", "x")
                        .lint());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "main: \"main.c\" | main: \"../main.c\" | 7:7: main: a path must be relative, without empty parts, \".\""
                        + " or \"..\"",
                "main: \"main.c\" | main: 1 | 7:7: main must be a string; quote it",
                "run: [\"./main\"] | run: \"./main\" | 8:6: run must be a list of strings",
                "run: [\"./main\"] | run: [1] | 8:6: run must be a list of strings",
                "run: [\"./main\"] | run: [\"\"] | 8:6: run must be 0 to 64 strings, each of 1 to 4096 characters and"
                        + " without NUL",
                "run: | compile: []\\nrun: | 8:10: compile must be 1 to 64 strings, each of 1 to 4096 characters and"
                        + " without NUL",
                "run: | compile_timeout: {max: 2}\\nrun: | 8:1: compile_timeout is nothing without compile",
                "run: | compile: [\"cc\"]\\ncompile_timeout: {max: 3001}\\nrun: | 9:18: default must be 1 to max, and"
                        + " max at most 3000",
                "run: | collect_files: []\\nrun: | 8:16: collect_files must be 1 to 64 patterns",
                "run: | collect_files: [\"a\", \"/b\"]\\nrun: | 8:22: collect_files must be relative to the working"
                        + " folder, without empty parts, \".\" or \"..\", was \"/b\""
            })
    void readsWhatIsRunStrictly(String text, String other, String problem) {
        assertEquals(
                List.of("t/parameters.yaml:" + problem),
                lintExact(TemplateText.LEAST_EXACT, TemplateText.EXACT.replace(text, other.replace("\\n", "\n"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "main: \"a\"",
                "compile: [\"a\"]",
                "run: []",
                "compile_timeout: {max: 2}",
                "collect_files: [\"a\"]"
            })
    void tellsWhatIsNothingForALog(String line) {
        String key = line.substring(0, line.indexOf(':'));

        assertEquals(
                List.of("t/parameters.yaml:7:1: " + key
                        + " is nothing for capture \"log\": it is the supervisor that goes by it"),
                lintParameters(TemplateText.PARAMETERS + line + "\n"));
    }

    @Test
    void whatACompilersTimeLeavesOutNeverContradictsWhatItSays() {
        String compiles = TemplateText.EXACT + "compile: [\"cc\"]\n";
        for (var row : Map.of(
                        "",
                        new Declaration.Span(60, 600),
                        "compile_timeout: {max: 9}\n",
                        new Declaration.Span(9, 9),
                        "compile_timeout: {default: 900}\n",
                        new Declaration.Span(900, 900))
                .entrySet()) {
            assertEquals(List.of(), lintExact(TemplateText.LEAST_EXACT, compiles + row.getKey()));
            assertEquals(
                    Optional.of(row.getValue()),
                    new Templates(new TemplateText(root).files(), Optional.empty())
                            .get(TemplateText.NAME)
                            .declaration()
                            .execution()
                            .flatMap(Declaration.Execution::compileTimeout));
        }
    }

    @Test
    void triesTheLargestThatTheDeclarationAllows() {
        List<String> problems = lintParameters(TemplateText.PARAMETERS.replace("\"8Gi\"", "\"2Ti\""));

        assertEquals(
                List.of("t/template.yaml:10:40: /spec/template/spec/containers/0/resources/limits/memory must be at"
                        + " most 1Ti, was \"2Ti\""),
                problems);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max: 3600 | max: 86401 | 3:10: default must be 1 to max, and max at most 86400",
                "default: 30 | default: 0 | 3:10: default must be 1 to max, and max at most 86400",
                "default: 30 | default: \"30\" | 3:20: default must be a whole number",
                "\"256Mi\" | 256 | 4:25: default must be a string; quote it",
                "\"256Mi\" | \"256MB\" | 4:25: default must be a Kubernetes quantity such as \"500m\" or \"256Mi\","
                        + " was \"256MB\"",
                "\"256Mi\" | \"9Gi\" | 4:15: default must be at most max",
                "\"256Mi\" | \"256m\" | 4:25: default must be at least 4Mi, was \"256m\", which is 0.256 bytes; did"
                        + " you mean \"256Mi\"?",
                "\"500m\" | \"500u\" | 5:22: default must be at least 1m, was \"500u\", which is 0.0005 cores",
                "\"x/python:3\" | \"x/ruby:3\" | 6:18: default \"x/ruby:3\" matches none of the allowed images:"
                        + " x/python:*",
                "[\"x/python:*\"] | \"x/python:*\" | 6:41: allowed must be a list of strings",
                "[\"x/python:*\"] | [1] | 6:41: allowed must be a list of strings",
                "capture: \"log\" | capture: \"all\" | 2:10: capture must be \"exact\" or \"log\", was \"all\""
            })
    void readsADeclarationStrictly(String text, String other, String problem) {
        assertEquals(
                List.of("t/parameters.yaml:" + problem), lintParameters(TemplateText.PARAMETERS.replace(text, other)));
    }

    @Test
    void takesADayWhereADeclarationSaysNoMaximum() {
        assertEquals(List.of(), lintParameters(TemplateText.PARAMETERS.replace(", max: 3600", "")));
        Template template = new Templates(new TemplateText(root).files(), Optional.empty()).get(TemplateText.NAME);

        assertEquals(86_400, template.declaration().timeout().max());
    }

    /** So that a new parameter breaks nobody's template. */
    @ParameterizedTest
    @ValueSource(strings = {"timeout", "memory_limit", "cpu_limit"})
    void takesADefaultWhereADeclarationLeavesALimitOut(String field) {
        assertEquals(List.of(), lintParameters(TemplateText.PARAMETERS.replaceAll("(?m)^" + field + ":.*\\n", "")));
        Declaration declared = new Templates(new TemplateText(root).files(), Optional.empty())
                .get(TemplateText.NAME)
                .declaration();

        assertEquals(30, declared.timeout().preset());
        for (ContainerResource resource : ContainerResource.values()) {
            assertEquals(
                    RequestField.amount(resource).preset(),
                    declared.amounts().get(resource).preset());
            assertEquals(
                    RequestField.amount(resource).max(),
                    declared.amounts().get(resource).max());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "default: \"256Mi\", max: \"8Gi\" | max: \"64Mi\" | 64Mi | 64Mi",
                "default: \"256Mi\", max: \"8Gi\" | max: \"1Gi\" | 256Mi | 1Gi",
                "default: \"256Mi\", max: \"8Gi\" | default: \"1Gi\" | 1Gi | 8Gi",
                "default: \"256Mi\", max: \"8Gi\" | default: \"9Gi\" | 9Gi | 9Gi"
            })
    void whatALimitLeavesOutNeverContradictsWhatItSays(String text, String other, String preset, String max) {
        assertEquals(List.of(), lintParameters(TemplateText.PARAMETERS.replace(text, other)));
        Declaration.Amount memory = new Templates(new TemplateText(root).files(), Optional.empty())
                .get(TemplateText.NAME)
                .declaration()
                .amounts()
                .get(ContainerResource.MEMORY);

        assertEquals(new Declaration.Amount(new Quantity(preset), new Quantity(max)), memory);
    }

    @Test
    void tellsAFileThatIsMissingOrNoUtf8() throws IOException {
        TemplateText text = TemplateText.of(root, TemplateText.LEAST);
        Files.delete(root.resolve("t/parameters.yaml"));
        assertEquals(List.of("t/parameters.yaml:1:1: is missing, or is no UTF-8"), text.lint());

        Files.write(root.resolve("t/template.yaml"), "a: \u00ff".getBytes(ISO_8859_1));
        assertEquals(
                List.of(
                        "t/parameters.yaml:1:1: is missing, or is no UTF-8",
                        "t/template.yaml:1:1: is missing, or is no UTF-8"),
                text.lint());
    }

    @Test
    void tellsAFolderThatNoRequestCanNameAndPassesOverHiddenOnes() throws IOException {
        for (String folder : List.of("My_Template", "..data")) {
            Files.createDirectories(root.resolve(folder));
            Files.writeString(root.resolve(folder).resolve("template.yaml"), "x");
        }
        TemplateText text = TemplateText.of(root, TemplateText.LEAST);

        assertEquals(
                List.of("My_Template/template.yaml:1:1: no request can name this folder: lower-case letters, digits and"
                        + " hyphens only"),
                text.lint());
        assertEquals(List.of(TemplateText.NAME), text.files().names());
    }

    @Test
    void rendersNothingOfAFaultyTemplateAndSaysWhereTheFaultIs() {
        for (String faulty : List.of(
                TemplateText.LEAST + "a: yes\n",
                TemplateText.LEAST.replace("spec:\n  template", "spec: 1\nspecs:\n  template"),
                TemplateText.LEAST.replace("    spec:\n", "    spec:\n      volumes: {}\n"),
                TemplateText.LEAST.replace("    spec:\n", "    spec:\n      hostPID: true\n"),
                TemplateText.LEAST.replace("spec:\n  template", "spec:\n  ttlSecondsAfterFinished: -5\n  template"),
                TemplateText.LEAST.replace("spec:\n  template", "spec:\n  activeDeadlineSeconds: \"x\"\n  template"),
                TemplateText.LEAST.replace("[\"python\"", "[\"__ENV__\""))) {
            TemplateText text = TemplateText.of(root, faulty);
            Rejected rejected = assertRejected(
                    INVALID_TEMPLATE,
                    "/template",
                    () -> Requests.render(text.renderer(), Requests.request(TemplateText.NAME, "")));

            assertEquals("t", rejected.position().orElseThrow().template());
            Rejected.Position place = rejected.position().orElseThrow();
            String at = "t/template.yaml:" + place.line() + ":" + place.column() + ": ";
            assertTrue(text.lint().stream().anyMatch(problem -> problem.startsWith(at)), text.lint()::toString);
        }
    }

    @Test
    void namesTheTemplatesThatThereAre() {
        Templates templates = new Templates(new TemplateFiles.BuiltIn(), Optional.empty());
        Rejected rejected =
                assertRejected(UNKNOWN_TEMPLATE, "/template", () -> templates.get(new TemplateName("cobol")));

        assertEquals(
                "is no template here, was \"cobol\"; there are "
                        + new TemplateFiles.BuiltIn()
                                .names().stream().map(TemplateName::value).collect(Collectors.joining(", ")),
                rejected.text());
        assertEquals(Optional.empty(), templates.find(new TemplateName("cobol")));
    }
}
