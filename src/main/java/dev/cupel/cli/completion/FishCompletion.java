package dev.cupel.cli.completion;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** For fish, of which picocli knows nothing: a line for each command and for each option. */
final class FishCompletion {
    private final String program;
    private final CommandSpec root;

    FishCompletion(CommandLine all) {
        this.program = all.getCommandName();
        this.root = all.getCommandSpec();
    }

    String script() {
        List<String> lines = new ArrayList<>(List.of("# Completion of " + program + " for fish.", line("-f")));
        String none = condition("__fish_use_subcommand");
        root.options().forEach(option -> lines.add(line(none + words(option))));
        root.subcommands().forEach((name, command) -> {
            lines.add(line(none + " -a " + quoted(name) + description(command.getCommandSpec())));
            of(name, command.getCommandSpec(), lines);
        });
        return String.join("\n", lines) + "\n";
    }

    private void of(String name, CommandSpec command, List<String> lines) {
        String there = condition("__fish_seen_subcommand_from " + name);
        command.options().forEach(option -> lines.add(line(there + words(option))));
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            if (isFile(parameter)) {
                lines.add(line(there + " -F"));
            }
            candidates(parameter).ifPresent(some -> lines.add(line(there + some)));
        }
        if (command.helpCommand()) {
            lines.add(line(
                    there + " -a " + quoted(String.join(" ", root.subcommands().keySet()))));
        }
    }

    private String line(String words) {
        return "complete -c " + program + " " + words.strip();
    }

    private static String condition(String test) {
        return "-n " + quoted(test);
    }

    private static String words(OptionSpec option) {
        StringBuilder words = new StringBuilder();
        for (String name : option.names()) {
            words.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        }
        if (option.arity().max() > 0) {
            words.append(isFile(option) ? " -r -F" : " -x");
            candidates(option).ifPresent(words::append);
        }
        return words + description(option.description());
    }

    private static boolean isFile(ArgSpec argument) {
        return argument.auxiliaryTypes()[0] == Path.class;
    }

    private static Optional<String> candidates(ArgSpec argument) {
        Iterable<String> candidates = argument.completionCandidates();
        if (candidates == null) {
            return Optional.empty();
        }
        return Optional.of(" -a "
                + quoted(String.join(
                        " ",
                        StreamSupport.stream(candidates.spliterator(), false).toList())));
    }

    private static String description(CommandSpec command) {
        return description(command.usageMessage().description());
    }

    private static String description(String... lines) {
        return lines.length == 0 ? "" : " -d " + quoted(lines[0]);
    }

    /** In single quotes fish reads a backslash and a quote, each behind a backslash, and all else as it is. */
    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
