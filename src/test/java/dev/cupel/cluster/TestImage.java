package dev.cupel.cluster;

/** The image of what the tests bring to a cluster: it has a python3, and Cupel's admission policy there allows it. */
final class TestImage {
    private TestImage() {}

    static String name() {
        String usual = Kubectl.isLab() ? "docker.io/lab/python:3.11" : "docker.io/library/python:3.13-slim";
        return System.getProperty("cupel.test.image", usual);
    }
}
