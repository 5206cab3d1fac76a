package dev.cupel.http.door;

/**
 * What this server answers only if its operator wants it: calls of other servers', and the page. What is not wanted is
 * a path that is not there.
 *
 * @param runCode {@code /run_code} and {@code /v1/ping}, as SandboxFusion has them
 * @param piston {@code /api/v2/execute} and {@code /api/v2/runtimes}, as Piston has them
 * @param page the page for people, at {@code /} and below {@code /page}
 */
public record OptionalCalls(boolean runCode, boolean piston, boolean page) {
    public static final OptionalCalls NONE = new OptionalCalls(false, false, false);
}
