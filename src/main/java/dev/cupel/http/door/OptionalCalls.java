package dev.cupel.http.door;

/**
 * Calls of other servers' that this one answers only if its operator wants them. One that is not wanted is a path that is
 * not there.
 *
 * @param runCode {@code /run_code} and {@code /v1/ping}, as SandboxFusion has them
 * @param piston {@code /api/v2/execute} and {@code /api/v2/runtimes}, as Piston has them
 */
public record OptionalCalls(boolean runCode, boolean piston) {
    public static final OptionalCalls NONE = new OptionalCalls(false, false);
}
