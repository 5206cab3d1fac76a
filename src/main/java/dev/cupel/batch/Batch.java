package dev.cupel.batch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.Digest;
import dev.cupel.json.StrictJson;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Rejection;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.rejection.Stage;
import dev.cupel.rejection.Unavailable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Runs a file of requests, so many at once, and writes a result for each as it comes. A request is read when there is
 * room for it, so that no more of them are in memory than are being run.
 */
public final class Batch implements AutoCloseable {
    /** All have a result. */
    public static final int ALL_TOLD = 0;

    /** All have a line, and of some it says that they were rejected. */
    public static final int SOME_REJECTED = 1;

    /** Nothing was run: a file cannot be read, or not be written to. */
    public static final int WRONG = 2;

    /** Some have no result. */
    public static final int NOT_ALL = 3;

    private final Path requests;
    private final Optional<Path> copy;
    private final ResultFile results;
    private final Screen screen;
    private long total;
    private volatile boolean stopped;
    private int code = -1;

    /** Why a batch cannot begin; no file was changed for it. */
    public static final class CannotBegin extends Exception {
        private static final long serialVersionUID = 1L;

        CannotBegin(String message) {
            super(message, null, false, false);
        }
    }

    private Batch(Path requests, Optional<Path> copy, ResultFile results, Screen screen) {
        this.requests = requests;
        this.copy = copy;
        this.results = results;
        this.screen = screen;
    }

    /**
     * Opens both files, and counts the requests.
     *
     * @param requests a file, or a pipe, which is copied first; {@code -} is standard input
     * @param resumes whether requests are left out that have their results
     */
    public static Batch open(Path requests, Path results, boolean resumes, Screen screen) throws CannotBegin {
        Optional<Path> copy = Optional.empty();
        try {
            copy = copyOfPipe(requests);
            Path file = copy.orElse(requests);
            if (Files.isDirectory(file)) {
                throw new CannotBegin("cannot read " + requests + ": it is a folder");
            }
            if (Files.exists(results) && Files.isSameFile(file, results)) {
                throw new CannotBegin(results + " holds the requests; name another file for the results");
            }
            try (RequestLines _ = RequestLines.open(file)) {
                // It can be read: only then is there to be a file of results.
            }
            ResultFile opened = openResults(results, resumes);
            try {
                Batch batch = new Batch(file, copy, opened, screen);
                batch.total = batch.count();
                return batch;
            } catch (IOException | RuntimeException e) {
                opened.close();
                throw e;
            }
        } catch (IOException e) {
            copy.ifPresent(Batch::delete);
            throw new CannotBegin("cannot read " + requests + ": " + why(e));
        } catch (CannotBegin e) {
            copy.ifPresent(Batch::delete);
            throw e;
        }
    }

    private static ResultFile openResults(Path path, boolean resumes) throws CannotBegin {
        try {
            return ResultFile.open(path, resumes);
        } catch (ResultFile.Unusable e) {
            throw new CannotBegin(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new CannotBegin("cannot write " + path + ": " + why(e));
        }
    }

    private static String why(IOException e) {
        return switch (e) {
            case java.nio.file.NoSuchFileException _ -> "there is no such file or folder";
            case java.nio.file.AccessDeniedException _ -> "permission denied";
            default -> String.valueOf(e.getMessage());
        };
    }

    /** What can be read once only is read twice here. */
    private static Optional<Path> copyOfPipe(Path requests) throws IOException {
        boolean isStandardInput = requests.toString().equals("-");
        boolean isNoPipe = Files.isRegularFile(requests) || Files.isDirectory(requests) || !Files.exists(requests);
        if (!isStandardInput && isNoPipe) {
            return Optional.empty();
        }
        Path copy = Files.createTempFile("cupel-batch-", ".jsonl");
        try (InputStream in = isStandardInput ? System.in : Files.newInputStream(requests)) {
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
            return Optional.of(copy);
        } catch (IOException e) {
            delete(copy);
            throw e;
        }
    }

    private static void delete(Path copy) {
        try {
            Files.deleteIfExists(copy);
        } catch (IOException e) {
            // The system's own clean-up finds it.
        }
    }

    private long count() throws IOException {
        long count = 0;
        try (RequestLines lines = RequestLines.open(requests)) {
            for (var next = lines.next(); next.isPresent(); next = lines.next()) {
                count++;
                results.earlier().match(next.get());
            }
        }
        results.earlier().matched();
        return count;
    }

    /**
     * Runs all that have no result yet, and tells the screen how far it is, and at the end the table.
     *
     * @param atOnce how many at the same time
     * @return the code to exit with
     */
    public int run(Place place, int atOnce) {
        Semaphore free = new Semaphore(atOnce);
        long before = results.tally().total();
        try (RequestLines lines = RequestLines.open(requests);
                Progress _ = Progress.start(screen, total, before, results.tally());
                ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var next = lines.next(); next.isPresent() && !stopped; next = lines.next()) {
                BatchRequest request = next.get();
                if (results.earlier().isDone(request)) {
                    continue;
                }
                free.acquire();
                workers.execute(() -> {
                    try {
                        run(place, request);
                    } finally {
                        free.release();
                    }
                });
            }
        } catch (IOException e) {
            fail("cannot read " + requests + ": " + why(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped = true;
        }
        return finish();
    }

    private void run(Place place, BatchRequest request) {
        if (stopped) {
            return;
        }
        try {
            results.add(request, answer(place, request));
        } catch (NotTold e) {
            notTold(request, e);
        } catch (IOException e) {
            fail("the results cannot be written: " + why(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            fail("a fault of Cupel's own at line " + request.line() + ": " + e);
        }
    }

    private void notTold(BatchRequest request, NotTold e) {
        if (e.endsAll()) {
            fail(String.valueOf(e.getMessage()));
        } else if (!stopped) {
            screen.say("line " + request.line() + ": " + e.getMessage());
        }
    }

    private ObjectNode answer(Place place, BatchRequest request) throws NotTold, InterruptedException {
        try {
            if (request.json().length > StrictJson.MAX_BYTES) {
                throw new Rejected(RejectionReason.TOO_LARGE, "", "must be at most " + StrictJson.MAX_BYTES + " bytes");
            }
            return place.run(request, key(request));
        } catch (Rejected e) {
            return rejected(new Rejection(Stage.RENDER, e, Optional.empty()).toJson());
        } catch (Unavailable e) {
            throw NotTold.one(String.valueOf(e.getMessage()));
        }
    }

    private String key(BatchRequest request) {
        Digest digest = request.digest();
        return results.batch() + "-" + request.line() + "-" + digest.hex(16);
    }

    /** A result in place of one that never will be: the data of {@code rejected}, with the outcome that it has here. */
    public static ObjectNode rejected(ObjectNode data) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("outcome", Tally.REJECTED);
        json.setAll(data);
        return json;
    }

    /** Says why, once, and starts nothing more. */
    private synchronized void fail(String message) {
        if (!stopped) {
            stopped = true;
            screen.say(message);
        }
    }

    private synchronized int finish() {
        if (code < 0) {
            close();
            code = tellEnd();
        }
        return code;
    }

    private int tellEnd() {
        long strangers = stopped ? 0 : results.earlier().strangers();
        Tally tally = results.tally();
        long missing = Math.max(0, total - (tally.total() - strangers));
        screen.end(tally.table(missing));
        if (strangers > 0) {
            screen.say(strangers + " of the results belong to no request of this file");
        }
        if (missing > 0) {
            screen.say(missing + " requests have no result; the same command with --resume goes on");
            return NOT_ALL;
        }
        return tally.hasRejected() ? SOME_REJECTED : ALL_TOLD;
    }

    /** Ends it from outside: from now on no result is written. What runs may go on. */
    public void interrupt() {
        stopped = true;
        finish();
    }

    @Override
    public void close() {
        try {
            results.close();
        } catch (IOException e) {
            screen.say("the results cannot be written: " + why(e));
        }
        copy.ifPresent(Batch::delete);
    }
}
