package dev.cupel.render;

import dev.cupel.cloudevents.EventContext;
import dev.cupel.json.CanonicalJson;
import dev.cupel.json.Digest;
import dev.cupel.json.StrictJson;
import dev.cupel.kubernetes.JobName;
import dev.cupel.request.JobRendered;
import dev.cupel.request.JobRequest;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;


import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Making manifests by the template {@code python}, of programs of different sizes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RenderBenchmark {
    private static final JobName NAME = new JobName("eval-demo-1");

    /** Of the code; past 127 it fits no argument of a process and is packed. */
    @Param({"1", "16", "64", "120", "256", "512", "1024"})
    public int kib;

    private final Renderer renderer =
            new Renderer(new Templates(new TemplateFiles.BuiltIn(), Optional.empty()), new Binder());
    private final Render render = new Render(renderer);
    private final EventContext context = Requests.context("1");
    private byte[] event = new byte[0];
    private byte[] manifest = new byte[0];
    private JobRequest request = Requests.decode("{\"eval_id\":\"demo\",\"code\":\"pass\"}");

    @Setup
    public void prepare() {
        event = CanonicalJson.compact(JsonNodeFactory.instance
                .objectNode()
                .put("eval_id", "demo-1")
                .put("code", code(kib << 10))
                .put("timeout", 60)
                .put("memory_limit", "256Mi"));
        request = JobRequest.decode(StrictJson.parse(event));
        manifest = CanonicalJson.encode(manifest().manifest());
    }

    /** Lines as of a program. */
    private static String code(int size) {
        Random random = new Random(1);
        StringBuilder code = new StringBuilder(size + 64);
        while (code.length() < size) {
            code.append("    total_")
                    .append(random.nextInt(100))
                    .append(" += price[\"")
                    .append(Integer.toString(random.nextInt(1 << 20), 36))
                    .append("\"] * ")
                    .append(random.nextInt(1000))
                    .append('\n');
        }
        return code.substring(0, size);
    }

    /** The yardstick: the digest alone of the manifest's canonical form. */
    @Benchmark
    public Digest sha256() {
        return Digest.of(manifest);
    }

    /** A request made a manifest: bound, hardened, checked, measured and digested. */
    @Benchmark
    public JobRendered manifest() {
        return renderer.render(request, NAME, Requests.CREATED_AT);
    }

    /** The function as a whole: from the bytes of a request to those of the answer. */
    @Benchmark
    public byte[] answer() {
        return CanonicalJson.compact(render.answer(context, event).data());
    }
}
