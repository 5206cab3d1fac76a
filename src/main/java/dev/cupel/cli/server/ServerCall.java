package dev.cupel.cli.server;

import dev.cupel.app.ExitCode;
import dev.cupel.cli.common.Stdout;
import dev.cupel.client.Answer;
import dev.cupel.client.CupelServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that makes a call or two to a server. */
abstract class ServerCall implements Callable<Integer> {
    /** The server cannot be reached, or says "not now". */
    static final int AWAY = 3;

    static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public final Integer call() throws InterruptedException {
        CupelServer where = server.find(spec)
                .orElseThrow(() -> new ParameterException(spec.commandLine(), "--url is needed: which server"));
        try {
            return call(where);
        } catch (IOException e) {
            return say(where.url() + " cannot be reached: " + e, AWAY);
        }
    }

    /** Returns the code to exit with. */
    abstract int call(CupelServer where) throws IOException, InterruptedException;

    static Answer get(CupelServer where, String path) throws IOException, InterruptedException {
        return where.call("GET", path, Map.of(), TIMEOUT);
    }

    static int say(String text, int code) {
        System.err.println("cupel: " + text);
        return code;
    }

    /** Why the server did not do as asked. */
    static int refused(Answer answer) {
        boolean isWrong = answer.status() / 100 == 4 && answer.status() != 404;
        return say(
                answer.problem(),
                answer.isNotNow() || answer.isOfGateway() ? AWAY : isWrong ? ExitCode.WRONG : ExitCode.FAILED);
    }

    static int code(boolean wasPrinted) {
        return wasPrinted ? ExitCode.OK : ExitCode.FAILED;
    }

    static int print(String text) {
        return print(text.getBytes(StandardCharsets.UTF_8));
    }

    static int print(byte[] bytes) {
        return code(Stdout.write(bytes));
    }
}
