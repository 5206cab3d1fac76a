package dev.cupel.local.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The files in /etc that a container has from its kubelet and its image; nothing of this machine's. */
public final class ContainerFiles {
    private static final Map<String, String> FILES = new TreeMap<>(Map.of(
            "hosts", hosts(),
            "hostname", "cupel\n",
            "passwd", """
                    root:x:0:0:root:/root:/bin/sh
                    cupel:x:1000:1000:cupel:/tmp:/bin/sh
                    nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
                    """,
            "group", """
                    root:x:0:
                    cupel:x:1000:
                    nogroup:x:65534:
                    """,
            "nsswitch.conf", """
                    passwd: files
                    group: files
                    shadow: files
                    hosts: files dns
                    networks: files
                    protocols: files
                    services: files
                    """));

    public static final Set<String> NAMES = Set.copyOf(FILES.keySet());

    private ContainerFiles() {}

    /** If the kernel has no IPv6, a name that also has an IPv6 address would make servers fail. */
    private static String hosts() {
        String four = "127.0.0.1\tlocalhost cupel\n";
        return Files.exists(Path.of("/proc/net/if_inet6"))
                ? four + "::1\tlocalhost ip6-localhost ip6-loopback\n"
                : four;
    }

    public static void write(Path folder) throws IOException {
        for (Map.Entry<String, String> file : FILES.entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
    }
}
