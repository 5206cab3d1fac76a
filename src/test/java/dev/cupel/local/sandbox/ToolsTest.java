package dev.cupel.local.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cupel.TestTags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tools as people have them: each runs in the sandbox, and shows its own installation and nothing else. */
@Tag(TestTags.SLOW)
@Timeout(60)
class ToolsTest {
    private final Sandbox sandbox = Sandbox.detect(SystemFolders.onPath(SystemFolders.path(), "bwrap"), _ -> {});

    @TempDir
    private Path folder = Path.of("/");

    private Path home = Path.of("/");

    @BeforeEach
    void hasAHome() throws IOException {
        home = Files.createDirectory(folder.toRealPath().resolve("home"));
        Files.writeString(home.resolve("secret"), "hidden");
    }

    private static Path script(Path path, String text) throws IOException {
        Files.createDirectories(path.resolveSibling(""));
        Files.writeString(path, "#!/bin/sh\n" + text);
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A tool that says where it was called and what its installation's own library says. */
    private static Path install(Path prefix) throws IOException {
        Files.writeString(Files.createDirectories(prefix.resolve("lib")).resolve("words"), "installed");
        return script(
                prefix.resolve("bin/tool"),
                "printf 'tool '; cat \"$(dirname \"$(readlink -f \"$0\")\")/../lib/words\"\n");
    }

    private Executables executables(Path... path) {
        List<String> parts =
                new ArrayList<>(Arrays.stream(path).map(Path::toString).toList());
        parts.add("/usr/bin:/bin");
        return new Executables(String.join(":", parts), sandbox, List.of(home));
    }

    /** What a shell prints inside, with the tools of that name on its PATH. */
    private String inside(Executables executables, String command, String... words) throws Exception {
        assumeTrue(sandbox.isThere(), "skipped: bubblewrap is not installed here, or does not work");
        ToolPath tools = ToolPath.of(executables, List.of(words));
        Path etc = Files.createDirectories(folder.resolve("etc"));
        ContainerFiles.write(etc);
        Path log = Files.createFile(folder.resolve("log"));
        Executable shell = executables.find("sh");
        var inside = new Sandbox.Inside(etc, log, 1 << 20, tools.mounts(shell));
        ProcessBuilder builder = new ProcessBuilder(sandbox.wrap(shell, List.of("-c", command), inside));
        builder.environment().clear();
        builder.environment().put("PATH", tools.inSandbox());
        return Trial.run(builder, 20).output().strip();
    }

    private String seen(Path... path) throws Exception {
        return inside(executables(path), "tool; find " + home + " -name secret 2>/dev/null", "tool");
    }

    @ParameterizedTest
    @ValueSource(strings = {"opt/tool", "home/versions/tool/1.2", "home/tool-1.2", "home/.versions/tool/1.2"})
    void anInstallationIsShownWholeAndNothingBesideIt(String prefix) throws Exception {
        Path tool = install(folder.toRealPath().resolve(prefix));
        assertEquals("tool installed", seen(tool.resolveSibling("")));
    }

    /** PHP's extensions, for one, are named in /etc/php. */
    @Test
    void ofEtcItShowsWhatInterpretersLookFor() throws Exception {
        Pattern shown = Pattern.compile("alternatives|php|perl|java-[0-9]+-openjdk|python3.*");
        try (Stream<Path> etc = Files.list(Path.of("/etc"))) {
            Set<String> here = etc.map(path -> path.getFileName().toString()).collect(Collectors.toSet());
            Set<String> inside = Set.of(inside(executables(), "ls /etc").split("\\s+"));
            Set<String> wanted =
                    here.stream().filter(name -> shown.matcher(name).matches()).collect(Collectors.toSet());
            assertTrue(inside.containsAll(wanted), () -> wanted + " are not all in " + inside);
            assertTrue(
                    Collections.disjoint(inside, Set.of("shadow", "ssh", "ssl", "fstab", "sudoers")), inside::toString);
        }
    }

    @Test
    void aLinkFromElsewhereRuns() throws Exception {
        Path tool = install(home.resolve("versions/tool"));
        Path bin = Files.createDirectories(home.resolve(".local/bin"));
        Files.createSymbolicLink(bin.resolve("tool"), tool);
        assertEquals("tool installed", seen(bin));
    }

    /** As {@code npm} in Node's bin folder: what it is called and what it leads to have other names. */
    @Test
    void aLinkOfAnotherNameInItsOwnInstallationRuns() throws Exception {
        Path tool = install(home.resolve("versions/tool"));
        Path real = Files.move(tool, tool.resolveSibling("tool-cli"));
        Files.createSymbolicLink(tool, real.getFileName());
        assertEquals("tool installed", seen(tool.resolveSibling("")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"home", "home/.local", "home/project"})
    void aFolderThatHoldsMoreThanAnInstallationShowsTheToolAlone(String prefix) throws Exception {
        Path place = folder.toRealPath().resolve(prefix);
        Files.createDirectories(home.resolve("project/.git"));
        Path bin = install(place).resolveSibling("");
        Files.writeString(place.resolve("lib/secret"), "hidden");
        script(bin.resolve("tool"), "echo alone\n");
        assertEquals("alone", seen(bin));
    }

    @Test
    void theShimsOfAVersionManagerAreLookedThrough() throws Exception {
        Path tool = install(home.resolve(".asdf/installs/tool/1.2"));
        Path shims = script(home.resolve(".asdf/shims/tool"), "exit 99\n").resolveSibling("");
        Path bin = script(home.resolve(".asdf/bin/asdf"), "test $1 = which && echo a word && echo " + tool + "\n")
                .resolveSibling("");
        assertEquals("tool installed", seen(shims, bin));
    }

    /** rustup's and mise's kind: one program, called by many names. */
    @Test
    void aLinkToTheVersionManagerItselfIsLookedThrough() throws Exception {
        Path tool = install(home.resolve(".rustup/toolchains/stable"));
        Path manager = script(home.resolve(".cargo/bin/rustup"), "test $1 = which && echo " + tool + "\n");
        Files.createSymbolicLink(manager.resolveSibling("tool"), manager.getFileName());
        assertEquals("tool installed", seen(manager.resolveSibling("")));
    }

    @Test
    void aShimOfNothingIsNoFaultOfTheProgram() throws Exception {
        Path manager = script(home.resolve("bin/rustup"), "echo 'toolchain is not installed' >&2; exit 1\n");
        Files.createLink(manager.resolveSibling("tool"), manager);
        String text = assertThrows(
                        NotStarted.class, () -> executables(home.resolve("bin")).find("tool"))
                .text();
        assertTrue(text.contains("toolchain is not installed"), text);
    }

    @Test
    void settingsInEtcThatAnInstallationLinksToAreShown() throws Exception {
        Path tool = install(home.resolve("versions/tool"));
        Files.createSymbolicLink(tool.resolveSibling("../lib/settings").normalize(), Path.of("/etc/protocols"));
        Files.createSymbolicLink(tool.resolveSibling("../lib/passwords").normalize(), Path.of("/etc/shadow"));
        assumeTrue(Files.isReadable(Path.of("/etc/protocols")), "skipped: no /etc/protocols here");
        List<String> mounts = executables(tool.resolveSibling("")).find("tool").mounts();
        assertTrue(mounts.contains("/etc/protocols"), mounts.toString());
        assertFalse(mounts.contains("/etc/shadow"), mounts.toString());
    }

    /** Shown twice they would only take time; this machine's users would take the place of the container's. */
    @ParameterizedTest
    @ValueSource(strings = {"ld.so.cache", "passwd"})
    void settingsThatASandboxHasAlreadyAreNotShownAgain(String name) throws Exception {
        Path setting = Path.of("/etc", name);
        assumeTrue(Files.isReadable(setting), "skipped: no " + setting + " here");
        Path tool = install(home.resolve("versions/tool"));
        Files.createSymbolicLink(tool.resolveSibling("../lib/settings").normalize(), setting);
        List<String> mounts = executables(tool.resolveSibling("")).find("tool").mounts();
        assertFalse(mounts.contains(setting.toString()), mounts.toString());
        assertTrue(inside(executables(), "ls /etc").contains(name));
    }

    /** Also where only what it needs has changed: it would not start for want of a file that is gone. */
    @Test
    void aToolIsLookedForAgainWhenAnotherVersionHasTakenItsPlace() throws Exception {
        Path old = install(home.resolve("versions/1.2"));
        Path bin =
                Files.createDirectories(folder.toRealPath().resolve("current")).resolve("bin");
        Files.createSymbolicLink(bin, old.resolveSibling(""));
        Executables executables = executables(bin);
        assertEquals("tool installed", inside(executables, "tool", "tool"));

        Path next = install(home.resolve("versions/1.3"));
        Files.delete(bin);
        Files.createSymbolicLink(bin, next.resolveSibling(""));
        Files.move(home.resolve("versions/1.2"), home.resolve("gone"));
        Files.delete(folder.resolve("log"));
        assertEquals("tool installed", inside(executables, "tool", "tool"));
        assertEquals(next, executables.find("tool").path());

        Path library = Files.writeString(home.resolve("settings-1"), "1");
        Executable withLibrary = new Executable(next, List.of("--ro-bind", library.toString(), library.toString()));
        assertTrue(withLibrary.isThere());
        Files.delete(library);
        assertFalse(withLibrary.isThere());
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-tool", "", "..", "a b", "a\0b", "-c", "a\nb"})
    void whatIsNotOnThePathIsToldByItsName(String word) {
        String text =
                assertThrows(NotStarted.class, () -> executables().find(word)).text();
        assertTrue(text.startsWith("no \"") && text.endsWith("\" on this machine's PATH"), text);
        assertEquals(1, text.lines().count());
    }

    @Test
    void aPathOfTheProgramsOwnIsLeftToIt() throws Exception {
        assertEquals("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", toolPath("./main"));
        assertThrows(NotStarted.class, () -> toolPath("/no/such/program"));
    }

    private String toolPath(String word) throws Exception {
        return ToolPath.of(executables(), List.of(word)).inSandbox();
    }

    /** The Python that stands in for the version of an image is called by the name that the template says. */
    @Test
    void anotherPythonIsFoundByTheNameThatWasAskedFor() throws Exception {
        String name = "python3.99";
        Executables python = new Executables(SystemFolders.path(), sandbox, List.of(home));
        assertEquals("42", inside(python, name + " -c 'print(6 * 7)'", name));
        String path = ToolPath.of(python, List.of(name)).linkedIn(folder.resolve("links"));
        assertEquals(Optional.of(folder.resolve("links").resolve(name)), SystemFolders.onPath(path, name));
    }
}
