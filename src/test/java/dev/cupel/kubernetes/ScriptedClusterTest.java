package dev.cupel.kubernetes;

class ScriptedClusterTest extends JobApiContract {
    private final ScriptedCluster cluster = new ScriptedCluster();

    @Override
    protected JobApi jobs() {
        return cluster;
    }
}
