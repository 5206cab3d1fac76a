import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ConstantInstruction.LoadConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Gives the classes that Quarkus 3.34 generated the same bytes at every build: java Settle.java FOLDER, with what is in
 * generated-bytecode.jar.
 *
 * <p>Two things are numbered otherwise each time. What one recorded step leaves for another has a key, proxykey12, and one counter numbers
 * the keys of all steps, which run side by side: here they are counted in the order of the classes' names. And the classes of the
 * configuration come out of a set in an order of its own: here they are sorted. Neither number nor order means anything to the program.
 */
public final class Settle {
    /** No entry of the old constant pool, whose order is that of what is sorted here. */
    private static final ClassFile FORMAT = ClassFile.of(ClassFile.ConstantPoolSharingOption.NEW_POOL);

    private static final String CONFIG = "io/quarkus/runtime/generated/SharedConfig";

    /** Old name to new. */
    private final Map<String, String> keys = new HashMap<>();

    private final Map<String, String> fields = new HashMap<>();

    public static void main(String[] args) throws IOException {
        Map<Path, ClassModel> classes = new TreeMap<>();
        try (var files = Files.walk(Path.of(args[0]))) {
            for (Path path : files.filter(file -> file.toString().endsWith(".class")).toList()) {
                classes.put(path, FORMAT.parse(path));
            }
        }
        Settle settle = new Settle();
        classes.values().forEach(settle::number);
        if (settle.keys.isEmpty() || settle.fields.isEmpty()) {
            throw new IllegalStateException("nothing of Quarkus' own numbering is found; is this still needed?");
        }
        for (var each : classes.entrySet()) {
            if (settle.concerns(each.getValue())) {
                Files.write(each.getKey(), FORMAT.transformClass(each.getValue(), settle.rewriting()));
            }
        }
    }

    private void number(ClassModel read) {
        for (MethodModel method : read.methods()) {
            for (CodeElement element : elements(method)) {
                String text = text(element);
                if (text != null && text.matches("proxykey\\d+")) {
                    keys.putIfAbsent(text, "proxykey" + keys.size());
                }
            }
            if (read.thisClass().asInternalName().equals(CONFIG) && method.methodName().equalsString("<clinit>")) {
                statements(elements(method)).values().forEach(one -> {
                    String field = ((FieldInstruction) one.get(3)).name().stringValue();
                    fields.put(field, "configClass$" + fields.size());
                });
            }
        }
    }

    private boolean concerns(ClassModel read) {
        return read.methods().stream()
                .flatMap(method -> elements(method).stream())
                .anyMatch(element -> keys.containsKey(text(element)) || renamed(element) != null);
    }

    private ClassTransform rewriting() {
        return ClassTransform.transformingMethodBodies(CodeTransform.ofStateful(() -> new CodeTransform() {
            private final List<CodeElement> old = new ArrayList<>();

            @Override
            public void accept(CodeBuilder code, CodeElement element) {
                old.add(element);
            }

            @Override
            public void atEnd(CodeBuilder code) {
                List<CodeElement> elements = sorted(old);
                List<Integer> mapped = mapped(elements);
                List<String> names = mapped.stream()
                        .map(at -> renamed(elements.get(at)))
                        .sorted(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()))
                        .toList();
                for (int at = 0; at < elements.size(); at++) {
                    int place = mapped.indexOf(at);
                    write(code, elements.get(at), place < 0 ? renamed(elements.get(at)) : names.get(place));
                }
            }
        }));
    }

    private void write(CodeBuilder code, CodeElement element, String field) {
        String key = keys.get(text(element));
        if (key != null) {
            code.loadConstant(key);
        } else if (field != null) {
            FieldInstruction it = (FieldInstruction) element;
            code.fieldAccess(it.opcode(), it.owner().asSymbol(), field, it.typeSymbol());
        } else {
            code.with(element);
        }
    }

    /** Where a class of the configuration is loaded for a call of withMapping, which is told of one after another. */
    private List<Integer> mapped(List<CodeElement> elements) {
        return IntStream.range(0, elements.size() - 4)
                .filter(at -> renamed(elements.get(at)) != null && calls(elements.get(at + 4), "withMapping"))
                .boxed()
                .toList();
    }

    /** The new name of the field that is read or written, where it has one. */
    private String renamed(CodeElement element) {
        boolean ours = element instanceof FieldInstruction it && it.owner().asInternalName().equals(CONFIG);
        return ours ? fields.get(((FieldInstruction) element).name().stringValue()) : null;
    }

    /** With the statements in their order, where there are any. */
    private static List<CodeElement> sorted(List<CodeElement> elements) {
        Map<String, List<CodeElement>> statements = statements(elements);
        if (statements.isEmpty()) {
            return elements;
        }
        List<CodeElement> all = statements.values().stream().flatMap(List::stream).toList();
        int first = start(elements, 0);
        List<CodeElement> sorted = new ArrayList<>(elements.subList(0, first));
        sorted.addAll(all);
        sorted.addAll(elements.subList(first + all.size(), elements.size()));
        return sorted;
    }

    /** What begins with configClass$7 = configClass("name", "prefix"), each with the ensureLoaded("name") that follow; by name and prefix. */
    private static Map<String, List<CodeElement>> statements(List<CodeElement> elements) {
        Map<String, List<CodeElement>> statements = new TreeMap<>();
        int next = start(elements, 0);
        while (next >= 0 && next == start(elements, next)) {
            int end = next + 4;
            while (end + 1 < elements.size() && calls(elements.get(end + 1), "ensureLoaded")) {
                end += 2;
            }
            statements.put(text(elements.get(next)) + " " + text(elements.get(next + 1)), elements.subList(next, end));
            next = end;
        }
        if (next >= 0 && start(elements, next) >= 0) {
            throw new IllegalStateException("the classes of the configuration do not stand together");
        }
        return statements;
    }

    private static int start(List<CodeElement> elements, int from) {
        for (int at = from; at + 3 < elements.size(); at++) {
            if (calls(elements.get(at + 2), "configClass") && elements.get(at + 3) instanceof FieldInstruction) {
                return at;
            }
        }
        return -1;
    }

    private static boolean calls(CodeElement element, String method) {
        return element instanceof InvokeInstruction call && call.name().equalsString(method);
    }

    private static List<CodeElement> elements(MethodModel method) {
        return method.code().map(code -> code.elementList()).orElse(List.of());
    }

    private static String text(CodeElement element) {
        return element instanceof LoadConstantInstruction load && load.constantValue() instanceof String text ? text : null;
    }
}
