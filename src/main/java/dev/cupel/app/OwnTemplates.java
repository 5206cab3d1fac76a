package dev.cupel.app;

import dev.cupel.template.TemplateFiles;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The templates of an installation's own, as {@code CUPEL_TEMPLATES} says.
 *
 * @param besideBuiltIn whether those that come with the program are there as well
 */
public record OwnTemplates(TemplateFolder folder, boolean besideBuiltIn) {
    /** Behind a folder. No word before it: what stands first is found first. */
    private static final String BUILT_IN = ",built-in";

    /** {@code FOLDER}, or {@code FOLDER,built-in}. */
    public static Optional<OwnTemplates> parse(String text) {
        boolean besideBuiltIn = text.endsWith(BUILT_IN);
        String folder = besideBuiltIn ? text.substring(0, text.length() - BUILT_IN.length()) : text;
        if (folder.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new OwnTemplates(new TemplateFolder(Path.of(folder)), besideBuiltIn));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    public TemplateFiles files() {
        TemplateFiles own = folder.files();
        return besideBuiltIn ? new TemplateFiles.Both(own, new TemplateFiles.BuiltIn()) : own;
    }
}
