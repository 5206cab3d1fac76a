package dev.cupel.http.door;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.quarkus.micrometer.runtime.binder.JVMInfoBinder;
import java.util.List;
import java.util.function.Supplier;

/**
 * The series of Java and of the process, which Quarkus would make at every start, whether or not anyone ever asks for
 * numbers. So the first who asks has them made.
 */
final class JavaMeters {
    private static final List<Supplier<MeterBinder>> ALL = List.of(
            ClassLoaderMetrics::new,
            JvmHeapPressureMetrics::new,
            JvmMemoryMetrics::new,
            JvmThreadMetrics::new,
            JVMInfoBinder::new,
            JvmGcMetrics::new,
            UptimeMetrics::new,
            ProcessorMetrics::new,
            FileDescriptorMetrics::new);

    private final MeterRegistry registry;
    private boolean areThere;

    JavaMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    synchronized void make() {
        if (!areThere) {
            areThere = true;
            ALL.forEach(binder -> binder.get().bindTo(registry));
        }
    }
}
