package dev.cupel.app;

import dev.cupel.kubernetes.DnsName;
import dev.cupel.kubernetes.ImagePattern;
import dev.cupel.kubernetes.ImageReference;
import dev.cupel.kubernetes.LabelValue;
import dev.cupel.policy.CarriedSupervisor;
import dev.cupel.policy.CarriedSupervisor.Way;
import dev.cupel.policy.Images;
import dev.cupel.policy.Installation;
import dev.cupel.policy.PodSettings;
import dev.cupel.policy.Queues;
import dev.cupel.policy.RuntimeClasses;
import dev.cupel.policy.Toleration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The settings that say what Jobs may be here. {@code knative/base/250-admission.yaml} reads the same ones of the same
 * ConfigMap: a form that is changed here is changed there.
 */
final class InstallationSettings {
    private static final String INLINE = "inline";
    private static final Pattern SELECTOR = Pattern.compile(PodSettings.KEY + "=(" + LabelValue.FORM + ")?");

    private InstallationSettings() {}

    static Installation read(Settings settings, Optional<String> executorImage) {
        Images images = new Images(
                list(settings, "cupel.images", "patterns of images", matching(ImagePattern.FORM)).stream()
                        .map(ImagePattern::new)
                        .toList(),
                executorImage);
        RuntimeClasses runtimeClasses = new RuntimeClasses(
                Set.copyOf(list(settings, "cupel.runtime-classes", "names of RuntimeClasses", name())),
                settings.find("cupel.runtime-class", "the name of a RuntimeClass", name()));
        Queues queues = new Queues(
                Set.copyOf(list(settings, "cupel.queues", "names of queues", name())),
                Set.copyOf(list(settings, "cupel.priority-classes", "names of WorkloadPriorityClasses", name())));
        PodSettings pod = new PodSettings(
                settings.find(
                                "cupel.node-selector",
                                "labels of nodes as key=value, each key once, with commas",
                                InstallationSettings::selector)
                        .orElse(Map.of()),
                list(settings, "cupel.tolerations", "taints as key=value:Effect or key:Effect", Toleration::find),
                list(settings, "cupel.pull-secrets", "names of Secrets", name()));
        return new Installation(images, runtimeClasses, queues, pod, supervisor(settings));
    }

    private static <T> List<T> list(
            Settings settings, String name, String wanted, Function<String, Optional<T>> parse) {
        return settings.find(name, wanted + ", with commas", text -> Settings.list(text, parse))
                .orElse(List.of());
    }

    private static Optional<Map<String, String>> selector(String text) {
        return Settings.list(text, matching(SELECTOR)).flatMap(pairs -> {
            Map<String, String> labels = new LinkedHashMap<>();
            pairs.forEach(pair -> {
                int at = pair.indexOf('=');
                labels.put(pair.substring(0, at), pair.substring(at + 1));
            });
            return Optional.of(labels).filter(all -> all.size() == pairs.size());
        });
    }

    private static Optional<CarriedSupervisor> supervisor(Settings settings) {
        String how = settings.get(
                "cupel.supervisor",
                "inline, image-volume or init-container",
                INLINE,
                text -> Optional.of(text)
                        .filter(word -> word.equals(INLINE) || Way.find(word).isPresent()));
        String name = "cupel.supervisor-image";
        Function<String, Optional<String>> image = matching(ImageReference.PATTERN);
        Optional<Way> way = Way.find(how);
        if (way.isEmpty()) {
            settings.find(name, "an image reference", image);
            return Optional.empty();
        }
        String wanted = "an image reference where the supervisor comes by " + how;
        return Optional.of(new CarriedSupervisor(way.get(), settings.get(name, wanted, "", image)));
    }

    private static Function<String, Optional<String>> name() {
        return matching(DnsName.SUBDOMAIN);
    }

    private static Function<String, Optional<String>> matching(Pattern form) {
        return text -> Optional.of(text).filter(form.asMatchPredicate());
    }
}
