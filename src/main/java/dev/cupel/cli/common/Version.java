package dev.cupel.cli.common;

import picocli.CommandLine.IVersionProvider;

/** The version, as the build wrote it into the jar. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"cupel " + (version == null ? "development" : version)};
    }
}
