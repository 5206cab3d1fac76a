package dev.cupel.kubernetes;

import java.util.regex.Pattern;

/** Environment variables that change how a process is loaded, and so the supervisor itself, not only the program (ld.so(8)). */
public final class LoaderVariables {
    public static final Pattern PATTERN =
            Pattern.compile("LD_.*|GLIBC_TUNABLES|GCONV_PATH|LOCPATH|NLSPATH|MALLOC_.*|OPENSSL_CONF|OPENSSL_MODULES");

    private LoaderVariables() {}
}
